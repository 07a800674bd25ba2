using System.ComponentModel;
using System.Diagnostics;

namespace Weighhouse.Versioning.Workspace.Commits;

/// <summary>
/// Which commit of Git the folder's code is at, when it lies in a Git work tree. Asked of <c>git</c> itself while files are stored;
/// whatever
/// goes wrong, the commit is made without.
/// </summary>
internal static class GitFacts
{
    /// <summary>A status of a huge work tree is not worth a longer wait.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(5);

    private static readonly IReadOnlyDictionary<string, string> None = Commit.NoFacts;

    public static Task<IReadOnlyDictionary<string, string>> ReadAsync(string root, TimeProvider time, CancellationToken cancellation) =>
        IsInGit(root) ? Task.Run(() => AskAsync(root, time, cancellation), cancellation) : Task.FromResult(None);

    private static bool IsInGit(string root)
    {
        for (var folder = root; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Exists(Path.Combine(folder, ".git"))) return true;
        return false;
    }

    private static async Task<IReadOnlyDictionary<string, string>> AskAsync(string root, TimeProvider time, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(WaitMax, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            // One call tells the commit, the branch and whether tracked files differ.
            var lines = await RunAsync(
                root, ["--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no"], both.Token);
            if (lines is null) return None;
            foreach (var line in lines)
            {
                if (line.StartsWith("# branch.oid ", StringComparison.Ordinal)) facts["git.commit"] = line["# branch.oid ".Length..];
                if (line.StartsWith("# branch.head ", StringComparison.Ordinal)) facts["git.branch"] = line["# branch.head ".Length..];
            }

            if (facts.GetValueOrDefault("git.commit") is null or "(initial)") return None;
            facts["git.dirty"] = lines.Exists(static line => line.Length > 0 && line[0] != '#') ? "true" : "false";
            return facts;
        }
        catch (Exception exception) when (
            exception is Win32Exception or IOException or InvalidOperationException or OperationCanceledException)
        {
            // No git, no answer in time: these facts are an extra.
            return None;
        }
    }

    private static async Task<List<string>?> RunAsync(string root, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = root, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
                RedirectStandardInput = true,
        };
        using var git = Process.Start(start);
        if (git is null) return null;
        try
        {
            git.StandardInput.Close();
            var errors = git.StandardError.ReadToEndAsync(cancellation);
            var lines = new List<string>();
            while (await git.StandardOutput.ReadLineAsync(cancellation) is { } line) lines.Add(line);
            _ = await errors;
            await git.WaitForExitAsync(cancellation);
            return git.ExitCode == 0 ? lines : null;
        }
        finally
        {
            if (!git.HasExited) git.Kill(entireProcessTree: true);
        }
    }
}
