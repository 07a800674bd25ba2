using System.Diagnostics;
using Weighhouse.TestKit;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Ignoring;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class IgnoreTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "d/e/a.log", true)]
    [InlineData("/a.log", "d/a.log", false)]
    [InlineData("d/*.log", "d/a.log", true)]
    [InlineData("d/*.log", "d/e/a.log", false)]
    [InlineData("d/**/*.log", "d/e/f/a.log", true)]
    [InlineData("d/**/*.log", "d/a.log", true)]
    [InlineData("**/tmp", "a/b/tmp", true)]
    [InlineData("tmp/", "tmp", false)]
    [InlineData("[a-c]?.bin", "b1.bin", true)]
    [InlineData("[!a-c]1", "b1", false)]
    [InlineData("\\!keep", "!keep", true)]
    [InlineData("\\#x", "#x", true)]
    [InlineData("# x", "# x", false)]
    [InlineData("x\\ ", "x ", true)]
    [InlineData("[[:digit:]]x", "5x", true)]
    [InlineData("?", "😀", true)]
    [InlineData("[", "[", true)]
    public void A_pattern_means_what_it_means_to_Git(string pattern, string path, bool ignored) =>
        Assert.Equal(ignored, IgnoreRules.None.With("", IgnoreFile.Parse(pattern)).Ignores(path, isFolder: false));

    [Fact]
    public void The_last_pattern_that_matches_decides_and_nearer_files_win()
    {
        var rules = IgnoreRules.None.With("", IgnoreFile.Parse("*.bin\n!keep.bin\n")).With("d", IgnoreFile.Parse("!*.bin\n/own\n"));
        Assert.True(rules.Ignores("a.bin", false));
        Assert.False(rules.Ignores("keep.bin", false));
        Assert.False(rules.Ignores("d/a.bin", false));
        Assert.True(rules.Ignores("d/own", false));
        Assert.False(rules.Ignores("d/e/own", false));
    }

    [Fact]
    public void Random_patterns_leave_out_what_Git_leaves_out()
    {
        Assert.SkipUnless(HasGit(), "git is not installed");
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        string[] names = ["a", "b", "ab", "a.log", "b.log", "x.bin", "!n", "#c", "d e", "A"];
        string[] pieces = ["a", "b", "*", "?", "[ab]", "[!a]", "**", ".log", "\\!n", "x", "ab", "a*"];
        for (var round = 0; round < 25; round++)
        {
            using var folder = new TemporaryFolder();
            foreach (var path in Paths(names))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
                File.WriteAllText(folder[path], "");
            }

            var patterns = Enumerable.Range(0, 5).Select(_ => Pattern(random, pieces)).ToArray();
            File.WriteAllLines(folder[".gitignore"], patterns);
            File.WriteAllLines(folder[".weighignore"], patterns);
            Run(folder.Path, "init", "-q");
            var git = Run(folder.Path, "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard")
                .Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
            var ours = FolderScan.Run(folder.Path, static _ => false, TestContext.Current.CancellationToken)
                .Files.Where(static file => !file.IsIgnored).Select(static file => file.Path);
            Assert.True(git.SequenceEqual(ours),
                $"patterns:\n{string.Join('\n', patterns)}\nonly git: {string.Join(' ', git.Except(ours))}\nonly weigh: "
                    + $"{string.Join(' ', ours.Except(git))}");
        }
    }

    private static IEnumerable<string> Paths(string[] names)
    {
        foreach (var name in names) yield return name;
        foreach (var folder in new[] { "f", "g" })
            foreach (var name in names)
            {
                yield return $"{folder}/{name}";
                yield return $"{folder}/sub/{name}";
            }
    }

    private static string Pattern(Random random, string[] pieces)
    {
        var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(3) == 0 ? "f" : pieces[random.Next(pieces.Length)]);
        var text = string.Join(random.Next(2) == 0 ? "/" : "", parts);
        return (random.Next(5) == 0 ? "!" : "") + (random.Next(4) == 0 ? "/" : "") + text + (random.Next(4) == 0 ? "/" : "");
    }

    private static bool HasGit()
    {
        try
        {
            return Run(Path.GetTempPath(), "--version").Length > 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Run(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }
}
