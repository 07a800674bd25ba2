namespace Weighhouse.Build;

/// <summary>Programs from the npm registry that tests work with, each set in a folder with a lock file.</summary>
/// <param name="UsedBy">The test project that works with it.</param>
internal sealed record NodePackages(string Folder, string UsedBy, string What)
{
    private static readonly NodePackages[] All =
    [
        // The tests of stores in a bucket start them.
        new("ObjectServers", "Weighhouse.Tests.Server", "the object servers"),
        // It reads the signatures that are made here.
        new("Sigstore", "Weighhouse.Tests", "Sigstore's verifier"),
    ];

    public static async Task RestoreAsync(IReadOnlyCollection<string> projects)
    {
        foreach (var set in All.Where(set => projects.Contains(set.UsedBy))) await set.RestoreAsync();
    }

    private async Task RestoreAsync()
    {
        using var held = await BuildLock.TakeAsync();
        var relative = "tests/Weighhouse.TestKit/" + Folder;
        var folder = Path.Combine(Paths.Root, relative);
        var restored = new Stamp("npm-" + Folder.ToLowerInvariant(), $"{relative}/package.json", $"{relative}/package-lock.json");
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))) restored.Forget();
        await restored.UnlessFreshAsync(async () =>
        {
            Say.Line($"Fetching {What} that tests use …");
            // Their install scripts only print; what they need ships in the packages.
            await Tool.QuietlyAsync("npm", Web.Npm, "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund");
        });
    }
}
