namespace Weighhouse.Build;

/// <summary>Installs what eng/packages.txt names and this machine lacks, where that can be done without asking.</summary>
internal static class DebianPackages
{
    /// <summary>Another installation may hold the package database; on a slow machine it takes minutes.</summary>
    private const int LockTimeoutSeconds = 600;

    public static async Task InstallMissingAsync()
    {
        var wanted = (await File.ReadAllLinesAsync(Path.Combine(Paths.Root, "eng", "packages.txt")))
            .Select(line => line.Trim()).Where(line => line is not "" && !line.StartsWith('#')).ToList();
        var missing = await MissingAsync(wanted);
        if (missing.Count == 0) return;
        if (!Environment.IsPrivilegedProcess)
        {
            Say.Line($"Tests that need {string.Join(", ", missing)} will be skipped.");
            Say.Line($"hint: sudo apt-get install {string.Join(' ', missing)}");
            return;
        }

        Say.Line($"Installing {string.Join(", ", missing)} …");
        Environment.SetEnvironmentVariable("DEBIAN_FRONTEND", "noninteractive");
        var patience = $"-oDPkg::Lock::Timeout={LockTimeoutSeconds}";
        await Tool.QuietlyAsync("apt-update", "apt-get", patience, "-qq", "update");
        await Tool.QuietlyAsync("apt-install", "apt-get", [patience, "-qq", "-y", "--no-install-recommends", "install", .. missing]);
    }

    private static async Task<List<string>> MissingAsync(List<string> wanted)
    {
        if (await Tool.FirstLineAsync("apt-get", "--version") is null) return [];
        var installed = new HashSet<string>();
        void Note(string line)
        {
            if (line.EndsWith(" installed", StringComparison.Ordinal)) installed.Add(line.Split(' ')[0]);
        }

        // Names that dpkg has never heard of make it exit with 1 after it has answered for the others.
        using var query = Tool.Start("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\n", .. wanted], null, Note);
        await query.WaitForExitAsync();
        return wanted.Where(package => !installed.Contains(package)).ToList();
    }
}
