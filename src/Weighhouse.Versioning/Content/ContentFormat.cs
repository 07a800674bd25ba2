using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Content.Images;
using Weighhouse.Versioning.Content.Tensors;
using Weighhouse.Versioning.Content.Texts;

namespace Weighhouse.Versioning.Content;

/// <summary>What a version of a file is, with what its headers say: by its bytes, and by its name where bytes have no mark.</summary>
internal sealed record ContentFormat(ContentKind Kind, string Name)
{
    public static readonly ContentFormat Binary = new(ContentKind.Binary, "binary");

    private static readonly ContentFormat Text = new(ContentKind.Text, "text");

    public TensorFile? Tensors { get; private init; }

    public ImageFacts? Image { get; private init; }

    public static ContentFormat Of(FileContent content, string name)
    {
        if (content.SizeBytes == 0) return TableName(name) is { } empty ? new ContentFormat(ContentKind.Table, empty) : Text;
        if (ImageHeader.Read(content) is { } image) return new ContentFormat(ContentKind.Image, image.Format) { Image = image };
        if (TensorFile.Read(content, name) is { } tensors)
            return new ContentFormat(ContentKind.Tensors, tensors.Format) { Tensors = tensors };
        if (!TextDiffer.IsText(content)) return Binary;
        return TableName(name) is { } table ? new ContentFormat(ContentKind.Table, table) : Text;
    }

    private static string? TableName(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".tsv" or ".tab" => "tsv",
        ".jsonl" or ".ndjson" => "jsonl",
        _ => null,
    };
}
