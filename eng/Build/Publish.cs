namespace Weighhouse.Build;

/// <summary>
/// The program that './weigh' runs: a release build compiled ahead of time, in a folder of its own. artifacts/weigh is a link to
/// the newest; a server that runs from an older one keeps its files.
/// </summary>
internal static class Publish
{
    /// <summary>The newest, and two that servers may still be running from.</summary>
    private const int FoldersKept = 3;

    private static readonly string Link = Path.Combine(Paths.Artifacts, "weigh");
    private static readonly string Folders = Path.Combine(Paths.Artifacts, "published");

    private static readonly Stamp Published = new("weigh",
        "src", "web", "eng/Library.props", "eng/Test.props", "eng/Tool.props", "eng/Publish.props",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json");

    public static async Task<int> RunAsync()
    {
        if (!File.Exists(Paths.Program)) throw new BuildFailed("There is no src/Weighhouse to publish.");
        using var held = await BuildLock.TakeAsync();
        if (!File.Exists(Path.Combine(Link, "weigh.dll"))) Published.Forget();
        await Web.BundleAsync();
        await Published.UnlessFreshAsync(async () =>
        {
            Say.Line(Directory.Exists(Folders)
                ? "Bringing Weighhouse up to date …"
                : "Building Weighhouse for the first time; this takes a minute …");
            var folder = NextFolder();
            await CompileAsync(folder);
            PointTo(folder);
        });
        return ExitCodes.Success;
    }

    /// <summary>
    /// Ahead-of-time compilation halves the start; where its compiler cannot be fetched the program still runs. The caller holds the build
    /// lock.
    /// </summary>
    public static async Task CompileAsync(string folder)
    {
        await OnnxLibrary.TryRestoreAsync();
        try
        {
            await Tool.QuietlyAsync("publish", "dotnet", [.. Arguments(folder), "-p:Publishing=ahead-of-time"]);
        }
        catch (BuildFailed) when (CompilerIsMissing())
        {
            Say.Line("The ahead-of-time compiler cannot be restored here: Weighhouse will start more slowly.");
            await Tool.QuietlyAsync("publish", "dotnet", [.. Arguments(folder), "-p:Publishing=plain"]);
        }
    }

    private static string[] Arguments(string folder) =>
    [
        "publish", Paths.Program, "-c", "Release", "-o", folder, "-v", "quiet", "-nologo",
        .. Ci.IsOn ? ["-nodeReuse:false"] : Array.Empty<string>(),
    ];

    private static bool CompilerIsMissing() =>
        File.ReadAllText(Path.Combine(Paths.Logs, "publish.log")).Contains("crossgen", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<int> Numbers() => Directory.Exists(Folders)
        ? Directory.EnumerateDirectories(Folders).Select(path => int.Parse(Path.GetFileName(path)))
        : [];

    private static string NextFolder() => Path.Combine(Folders, $"{Numbers().DefaultIfEmpty(0).Max() + 1}");

    private static void PointTo(string folder)
    {
        // Whoever asks in between finds no program and waits for the build lock.
        if (Directory.Exists(Link)) Directory.Delete(Link);
        Directory.CreateSymbolicLink(Link, Path.GetRelativePath(Paths.Artifacts, folder));
        foreach (var old in Numbers().OrderDescending().Skip(FoldersKept))
            Directory.Delete(Path.Combine(Folders, $"{old}"), recursive: true);
    }
}
