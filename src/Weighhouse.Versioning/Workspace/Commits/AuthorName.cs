using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Commits;

/// <summary>Who commits: what the environment says, else the workspace's configuration, else Git's, else the system.</summary>
internal static class AuthorName
{
    public static CommitAuthor Of(WorkspaceSession session)
    {
        var variables = session.Environment.Variables;
        var git = GitUser(variables);
        var name = First(
            variables("WEIGH_AUTHOR_NAME"), session.Configuration.UserName, variables("GIT_AUTHOR_NAME"), git.Name, Environment.UserName,
                "unknown");
        var email = First(variables("WEIGH_AUTHOR_EMAIL"), session.Configuration.UserEmail, variables("GIT_AUTHOR_EMAIL"), git.Email);
        return new CommitAuthor(name ?? "unknown", email ?? "");
    }

    private static string? First(params ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
            if (!string.IsNullOrWhiteSpace(candidate)) return candidate.Trim();
        return null;
    }

    /// <summary>The [user] section of the user's .gitconfig, as far as it is plain.</summary>
    private static (string? Name, string? Email) GitUser(Func<string, string?> variables)
    {
        if (variables("HOME") is not { Length: > 0 } home) return (null, null);
        string? name = null, email = null;
        var inUser = false;
        foreach (var line in (TryRead(Path.Combine(home, ".gitconfig")) ?? "").Split('\n').Select(static line => line.Trim()))
        {
            if (line.StartsWith('[')) inUser = line.Equals("[user]", StringComparison.OrdinalIgnoreCase);
            if (!inUser || line.IndexOf('=') is not (var at and > 0)) continue;
            var value = line[(at + 1)..].Trim().Trim('"');
            if (line[..at].Trim().Equals("name", StringComparison.OrdinalIgnoreCase)) name = value;
            else if (line[..at].Trim().Equals("email", StringComparison.OrdinalIgnoreCase)) email = value;
        }

        return (name, email);
    }

    private static string? TryRead(string path)
    {
        try
        {
            return AtomicFile.ReadText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
