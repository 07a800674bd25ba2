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

    /// <summary>Why nothing is told of what is in the file, where its name lets people expect something.</summary>
    public string? Note { get; private init; }

    public static ContentFormat Of(FileContent content, string name)
    {
        if (content.SizeBytes == 0) return TableName(name) is { } empty ? new ContentFormat(ContentKind.Table, empty) : Text;
        if (ImageHeader.Read(content) is { } image) return new ContentFormat(ContentKind.Image, image.Format) { Image = image };
        if (TensorFile.Read(content, name) is { } tensors)
            return new ContentFormat(ContentKind.Tensors, tensors.Format) { Tensors = tensors };
        if (!TextDiffer.IsText(content)) return Binary with { Note = NoteOn(Path.GetExtension(name).ToLowerInvariant()) };
        return TableName(name) is { } table ? new ContentFormat(ContentKind.Table, table) : Text;
    }

    private static string? NoteOn(string extension) => extension switch
    {
        ".safetensors" or ".npy" or ".npz" or ".gguf" or ".onnx" or ".pt" or ".pth" or ".png" or ".jpg" or ".jpeg" or ".gif" or ".webp" =>
            $"Its name ends in {extension}, and its header cannot be read as such a file's: only sizes are compared.",
        ".csv" or ".tsv" or ".tab" or ".jsonl" or ".ndjson" =>
            $"Its name ends in {extension}, and it is not text: only sizes are compared.",
        ".parquet" or ".arrow" or ".feather" or ".orc" =>
            "Columnar files are compared as bytes. Compare an export of them as CSV or JSON Lines.",
        _ => null,
    };

    private static string? TableName(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".tsv" or ".tab" => "tsv",
        ".jsonl" or ".ndjson" => "jsonl",
        _ => null,
    };
}
