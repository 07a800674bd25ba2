namespace Weighhouse.Build;

/// <summary>Servers that speak S3 and Azure Blob, from the npm registry: the tests of stores in a bucket start them.</summary>
internal static class ObjectServers
{
    /// <summary>The test project that starts them.</summary>
    public const string UsedBy = "Weighhouse.Tests.Server";

    private const string Folder = "tests/Weighhouse.TestKit/ObjectServers";

    private static readonly Stamp Restored = new("object-servers", $"{Folder}/package.json", $"{Folder}/package-lock.json");

    public static async Task RestoreAsync()
    {
        using var held = await BuildLock.TakeAsync();
        var folder = Path.Combine(Paths.Root, Folder);
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))) Restored.Forget();
        await Restored.UnlessFreshAsync(async () =>
        {
            Say.Line("Fetching the object servers that tests use …");
            // Their install scripts only print; what they need ships in the packages.
            await Tool.QuietlyAsync("npm", Web.Npm, "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund");
        });
    }
}
