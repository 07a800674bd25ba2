namespace Weighhouse.Build;

/// <summary>The web folder: TypeScript and CSS that esbuild bundles into what the pages serve.</summary>
internal static class Web
{
    private const int NodeVersionMin = 20;

    private static readonly Stamp Restored = new("web-restore", "web/package.json", "web/package-lock.json");
    private static readonly Stamp Bundled = new("web", "web");

    private static bool Exists => File.Exists(Path.Combine(Paths.Web, "package.json"));

    public static async Task<int> BuildAsync()
    {
        using var held = await BuildLock.TakeAsync();
        await BundleAsync();
        return ExitCodes.Success;
    }

    public static async Task RestoreAsync()
    {
        if (!Exists) return;
        if (!Directory.Exists(Path.Combine(Paths.Web, "node_modules"))) Restored.Forget();
        await Restored.UnlessFreshAsync(async () =>
        {
            await RequireNodeAsync();
            Say.Line("Fetching the packages of the web folder …");
            await Tool.QuietlyAsync("npm", Npm, "ci", "--prefix", Paths.Web, "--no-audit", "--no-fund");
        });
    }

    /// <summary>The caller holds the build lock.</summary>
    public static async Task BundleAsync()
    {
        if (!Exists) return;
        await RestoreAsync();
        if (!Directory.Exists(Paths.WebOutput)) Bundled.Forget();
        Directory.CreateDirectory(Paths.WebOutput);
        await Bundled.UnlessFreshAsync(() => Tool.QuietlyAsync("web", Npm, "run", "build", "--prefix", Paths.Web));
    }

    public static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    public static async Task RequireNodeAsync()
    {
        var version = await Tool.FirstLineAsync("node", "--version");
        var major = version?.TrimStart('v').Split('.')[0];
        if (int.TryParse(major, out var number) && number >= NodeVersionMin) return;
        throw new BuildFailed(
            $"Weighhouse needs Node {NodeVersionMin} or newer to bundle its pages and fetch packages, and "
            + $"'node --version' says {version ?? "nothing"}.\n"
            + "hint: install it from https://nodejs.org, or with your package manager (nodejs and npm).",
            ExitCodes.MissingTool);
    }
}
