namespace Weighhouse.Trust.Signing;

/// <summary>Something that lies in a model's folder.</summary>
/// <param name="Problem">Why no signature covers it, to follow its name; null for a file.</param>
internal readonly record struct ModelEntry(ModelFile File, string? Problem);

/// <summary>The files of a model on disk, as they are signed.</summary>
internal static class ModelOnDisk
{
    public static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    /// <param name="nameOfOnlyFile">What the only file is called in the signature; null for its own name.</param>
    public static IEnumerable<ModelEntry> Entries(string path, string? nameOfOnlyFile = null)
    {
        var isFolder = Directory.Exists(path);
        foreach (var (name, full, kind) in ModelFolder.Walk(path))
        {
            var file = new ModelFile(isFolder ? name : nameOfOnlyFile ?? name, () => File.OpenRead(full));
            yield return new ModelEntry(file, ProblemOf(name, kind));
        }
    }

    private static string? ProblemOf(string name, EntryKind kind)
    {
        // The framework's mark for bytes that are no text; what is called so cannot be opened either.
        if (name.Contains('\uFFFD', StringComparison.Ordinal)) return "has a name that is no UTF-8, which no signature can tell";
        return kind switch
        {
            EntryKind.Link => "is a link, which no signature covers",
            EntryKind.Other => "is no ordinary file, and no signature covers it",
            _ => null,
        };
    }
}
