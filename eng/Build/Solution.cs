namespace Weighhouse.Build;

/// <summary>Everything in Weighhouse.slnx at once, in Release.</summary>
internal static class Solution
{
    private const string File = "Weighhouse.slnx";

    private static readonly Stamp Built = new("solution",
        "src", "tests", "bench", "eng", "web", File, "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
        "global.json", ".editorconfig");

    public static async Task<int> RestoreAsync()
    {
        using var held = await BuildLock.TakeAsync();
        await Tool.QuietlyAsync("restore", "dotnet", "restore", File);
        return ExitCodes.Success;
    }

    public static async Task<int> BuildAsync()
    {
        using var held = await BuildLock.TakeAsync();
        await Web.BundleAsync();
        await Built.UnlessFreshAsync(() => CompileAsync("Weighhouse", File));
        return ExitCodes.Success;
    }

    /// <summary>Only the test projects named, with what they reference.</summary>
    public static async Task BuildAsync(IReadOnlyList<string> testProjects)
    {
        using var held = await BuildLock.TakeAsync();
        if (Built.IsFresh()) return;
        await Web.BundleAsync();
        foreach (var project in testProjects.Where(project => project is not WebTests.Project))
            await CompileAsync(project, TestSelection.ProjectFile(project));
    }

    private static Task CompileAsync(string name, string path)
    {
        Say.Line($"Building {name} …");
        // Build nodes that outlive the build would keep a pipeline's output open.
        string[] lifetime = Ci.IsOn ? ["-nodeReuse:false"] : [];
        return Tool.QuietlyAsync("build", "dotnet", ["build", path, "-c", "Release", "-v", "quiet", "-nologo", .. lifetime]);
    }

    public static Task<int> FormatAsync(string[] arguments)
    {
        List<string> format = ["format", File];
        if (arguments is ["--check"]) format.Add("--verify-no-changes");
        return Tool.LoudlyAsync("dotnet", format);
    }
}
