namespace Weighhouse.Web.Artifacts;

public enum ArtifactKind
{
    /// <summary>Looked at before anything is said about it.</summary>
    Unknown,
    Text,
    Json,
    Table,
    Markdown,
    Image,
    Html,
    Binary,
}

/// <summary>What a file is, by its name.</summary>
internal static class ArtifactKinds
{
    private static readonly Dictionary<string, ArtifactKind> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = ArtifactKind.Text, [".log"] = ArtifactKind.Text, [".py"] = ArtifactKind.Text, [".cs"] = ArtifactKind.Text,
        [".yaml"] = ArtifactKind.Text, [".yml"] = ArtifactKind.Text, [".toml"] = ArtifactKind.Text, [".ini"] = ArtifactKind.Text,
        [".cfg"] = ArtifactKind.Text, [".sh"] = ArtifactKind.Text, [".sql"] = ArtifactKind.Text, [".xml"] = ArtifactKind.Text,
        [".r"] = ArtifactKind.Text, [".js"] = ArtifactKind.Text, [".ts"] = ArtifactKind.Text, [".css"] = ArtifactKind.Text,
        [".diff"] = ArtifactKind.Text, [".patch"] = ArtifactKind.Text, [".jsonl"] = ArtifactKind.Text, [".ndjson"] = ArtifactKind.Text,
        [".json"] = ArtifactKind.Json, [".geojson"] = ArtifactKind.Json, [".ipynb"] = ArtifactKind.Json,
        [".csv"] = ArtifactKind.Table, [".tsv"] = ArtifactKind.Table,
        [".md"] = ArtifactKind.Markdown, [".markdown"] = ArtifactKind.Markdown,
        [".png"] = ArtifactKind.Image, [".jpg"] = ArtifactKind.Image, [".jpeg"] = ArtifactKind.Image, [".gif"] = ArtifactKind.Image,
        [".webp"] = ArtifactKind.Image, [".bmp"] = ArtifactKind.Image, [".svg"] = ArtifactKind.Image, [".avif"] = ArtifactKind.Image,
        [".html"] = ArtifactKind.Html, [".htm"] = ArtifactKind.Html,
        [".pkl"] = ArtifactKind.Binary, [".pt"] = ArtifactKind.Binary, [".pth"] = ArtifactKind.Binary, [".onnx"] = ArtifactKind.Binary,
        [".npy"] = ArtifactKind.Binary, [".npz"] = ArtifactKind.Binary, [".parquet"] = ArtifactKind.Binary, [".zip"] = ArtifactKind.Binary,
        [".gz"] = ArtifactKind.Binary, [".safetensors"] = ArtifactKind.Binary, [".h5"] = ArtifactKind.Binary,
        [".joblib"] = ArtifactKind.Binary,
    };

    public static ArtifactKind Of(string name) => ByExtension.GetValueOrDefault(Path.GetExtension(name), ArtifactKind.Unknown);

    public static string IconOf(string name) => Of(name) switch
    {
        ArtifactKind.Image => "image",
        ArtifactKind.Table => "columns",
        ArtifactKind.Json => "code",
        ArtifactKind.Binary => "model",
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
