using System.Diagnostics;
using Weighhouse.Tests.Rules.CSharp;

namespace Weighhouse.Tests.Rules;

/// <summary>The files that are, or are about to be, committed.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    private static readonly Lazy<IReadOnlyList<RepositoryFile>> Listed = new(List);

    public static IReadOnlyList<RepositoryFile> Files => Listed.Value;

    public static IEnumerable<RepositoryFile> Under(string folder, params string[] extensions) => Files.Where(file =>
        file.Path.StartsWith(folder, StringComparison.Ordinal) && Array.Exists(extensions, file.Path.EndsWith));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Weighhouse.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"There is no Weighhouse.slnx above {AppContext.BaseDirectory}.");
    }

    private static List<RepositoryFile> List()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        // A file that was deleted but not yet committed as such is still listed.
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)
            .Where(path => File.Exists(Path.Combine(Root, path))).Select(path => new RepositoryFile(path)).ToList();
    }
}

/// <param name="Path">From the repository's root, with forward slashes.</param>
internal sealed record RepositoryFile(string Path)
{
    private static readonly string[] TextExtensions =
    [
        ".cs", ".csproj", ".props", ".targets", ".slnx", ".razor", ".md", ".sql", ".sh", ".txt", ".json", ".jsonl", ".yml", ".yaml",
        ".ts", ".js", ".mjs", ".css", ".html", ".svg", ".proto", ".py", ".editorconfig", ".gitignore", ".gitattributes", ".xml",
    ];

    private string? _text;
    private string? _code;

    public string FullPath => System.IO.Path.Combine(Repository.Root, Path);

    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsText => Array.Exists(TextExtensions, Path.EndsWith) || !Name.Contains('.');

    public string Text => _text ??= File.ReadAllText(FullPath);

    /// <summary>The text without comments and the insides of literals; for C# only.</summary>
    public string Code => _code ??= SourceText.CodeOnly(Text);

    public string[] Lines => Text.Split('\n');

    /// <summary>"Tracking" for src/Weighhouse.Tracking/…, "Weighhouse" for the executable, null elsewhere.</summary>
    public string? Module
    {
        get
        {
            var parts = Path.Split('/');
            if (parts is not ["src", var project, _, ..]) return null;
            return project == "Weighhouse" ? project : project.Replace("Weighhouse.", "", StringComparison.Ordinal);
        }
    }
}
