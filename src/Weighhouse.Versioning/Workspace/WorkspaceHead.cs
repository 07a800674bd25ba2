using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;

namespace Weighhouse.Versioning.Workspace;

/// <summary>Where the working folder stands: the branch that commits go to, and the commit its files come from.</summary>
/// <param name="Branch">Without "heads/"; null when a commit was switched to by id or tag.</param>
/// <param name="Commit">Null before the first.</param>
/// <param name="Tree">Of the commit, kept so that a status need not read it.</param>
internal sealed record WorkspaceHead(string? Branch, Digest? Commit, Digest? Tree)
{
    private const string FirstLine = "weigh workspace 1";

    public string? Ref => Branch is null ? null : Versioning.Ref.Heads + Branch;

    public static Result<WorkspaceHead> Load(WorkspaceFolder folder)
    {
        var lines = AtomicFile.ReadText(folder.HeadPath)?.Split('\n') ?? [];
        if (lines.Length == 0 || lines[0] != FirstLine) return Damaged(folder);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
            if (line.IndexOf(' ') is var blank and > 0) fields[line[..blank]] = line[(blank + 1)..];
        if (!TryDigest(fields, "commit", out var commit) || !TryDigest(fields, "tree", out var tree)) return Damaged(folder);
        return new WorkspaceHead(fields.GetValueOrDefault("branch"), commit, tree);
    }

    public void Save(WorkspaceFolder folder)
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (Branch is not null) text.Append("branch ").Append(Branch).Append('\n');
        if (Commit is { } commit) text.Append("commit ").Append(commit).Append('\n');
        if (Tree is { } tree) text.Append("tree ").Append(tree).Append('\n');
        AtomicFile.Write(folder.HeadPath, Encoding.UTF8.GetBytes(text.ToString()), durable: true);
    }

    private static bool TryDigest(Dictionary<string, string> fields, string name, out Digest? digest)
    {
        digest = null;
        if (!fields.TryGetValue(name, out var text)) return true;
        if (!Digest.TryParse(text, out var parsed)) return false;
        digest = parsed;
        return true;
    }

    private static Error Damaged(WorkspaceFolder folder) => new(
        ErrorCode.Corrupted,
        $"{folder.HeadPath} is damaged, or of a later version of Weighhouse. Commits are safe: clone {folder.Records} into a new folder.");
}
