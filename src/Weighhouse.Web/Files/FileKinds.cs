namespace Weighhouse.Web.Files;

public enum FileKind
{
    /// <summary>Looked at before anything is said about it.</summary>
    Unknown,
    Text,
    Json,
    JsonLines,
    Table,
    Markdown,
    Image,
    Html,
    Binary,
}

/// <summary>What a file is, by its name.</summary>
internal static class FileKinds
{
    private static readonly Dictionary<string, FileKind> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = FileKind.Text, [".log"] = FileKind.Text, [".py"] = FileKind.Text, [".cs"] = FileKind.Text,
        [".yaml"] = FileKind.Text, [".yml"] = FileKind.Text, [".toml"] = FileKind.Text, [".ini"] = FileKind.Text,
        [".cfg"] = FileKind.Text, [".sh"] = FileKind.Text, [".sql"] = FileKind.Text, [".xml"] = FileKind.Text,
        [".r"] = FileKind.Text, [".js"] = FileKind.Text, [".ts"] = FileKind.Text, [".css"] = FileKind.Text,
        [".diff"] = FileKind.Text, [".patch"] = FileKind.Text, [".jsonl"] = FileKind.JsonLines, [".ndjson"] = FileKind.JsonLines,
        [".json"] = FileKind.Json, [".geojson"] = FileKind.Json, [".ipynb"] = FileKind.Json,
        [".csv"] = FileKind.Table, [".tsv"] = FileKind.Table,
        [".md"] = FileKind.Markdown, [".markdown"] = FileKind.Markdown,
        [".png"] = FileKind.Image, [".jpg"] = FileKind.Image, [".jpeg"] = FileKind.Image, [".gif"] = FileKind.Image,
        [".webp"] = FileKind.Image, [".bmp"] = FileKind.Image, [".svg"] = FileKind.Image, [".avif"] = FileKind.Image,
        [".html"] = FileKind.Html, [".htm"] = FileKind.Html,
        [".pkl"] = FileKind.Binary, [".pt"] = FileKind.Binary, [".pth"] = FileKind.Binary, [".onnx"] = FileKind.Binary,
        [".npy"] = FileKind.Binary, [".npz"] = FileKind.Binary, [".parquet"] = FileKind.Binary, [".zip"] = FileKind.Binary,
        [".gz"] = FileKind.Binary, [".safetensors"] = FileKind.Binary, [".h5"] = FileKind.Binary,
        [".joblib"] = FileKind.Binary,
    };

    public static FileKind Of(string name) => ByExtension.GetValueOrDefault(Path.GetExtension(name), FileKind.Unknown);

    public static string IconOf(string name) => Of(name) switch
    {
        FileKind.Image => "image",
        FileKind.Table or FileKind.JsonLines => "columns",
        FileKind.Json => "code",
        FileKind.Binary => "model",
        _ => "file",
    };

    /// <summary>The media type of a picture; a page shows no other type as itself.</summary>
    public static string? ImageType(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".bmp" => "image/bmp",
        ".svg" => "image/svg+xml",
        ".avif" => "image/avif",
        _ => null,
    };
}
