namespace Weighhouse.Build;

/// <summary>Where things lie, from the repository's root down.</summary>
internal static class Paths
{
    public static readonly string Root = FindRoot();
    public static readonly string Artifacts = Path.Combine(Root, "artifacts");
    public static readonly string Logs = Path.Combine(Artifacts, "log");
    public static readonly string Tests = Path.Combine(Root, "tests");
    public static readonly string Source = Path.Combine(Root, "src");
    public static readonly string Web = Path.Combine(Root, "web");
    public static readonly string WebOutput = Path.Combine(Source, "Weighhouse.Web", "wwwroot");
    public static readonly string Program = Path.Combine(Source, "Weighhouse", "Weighhouse.csproj");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Weighhouse.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new BuildFailed(
            $"No Weighhouse.slnx above {AppContext.BaseDirectory}: run ./build from a clone of the repository.");
    }
}
