namespace Weighhouse.Versioning.Workspace.Ignoring;

/// <summary>Reads a <c>.weighignore</c>.</summary>
internal static class IgnoreFile
{
    /// <summary>A list of patterns is written by people; a larger file is something else.</summary>
    private const int BytesMax = 1 << 20;

    public static IgnorePattern[] Read(string path)
    {
        try
        {
            return new FileInfo(path).Length > BytesMax ? [] : Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static IgnorePattern[] Parse(string text) =>
        [.. text.TrimStart('\ufeff').Split('\n').Select(IgnorePattern.Parse).OfType<IgnorePattern>()];
}
