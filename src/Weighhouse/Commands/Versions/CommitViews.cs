using Weighhouse.Commands.Shared;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary>A commit, for people and for programs.</summary>
internal static class CommitViews
{
    public static object Of(NamedCommit named) => new
    {
        Id = named.Id.ToString(),
        Tree = named.Commit.Tree.ToString(),
        Parents = named.Commit.Parents.Select(static parent => parent.ToString()),
        Author = new { named.Commit.Author.Name, named.Commit.Author.Email },
        named.Commit.TimeMs,
        named.Commit.Message,
        named.Commit.Facts,
        named.Commit.Links,
    };

    public static void Write(TextWriter writer, NamedCommit named)
    {
        var commit = named.Commit;
        writer.WriteLine($"commit {named.Id}");
        if (commit.Parents.Count > 1) writer.WriteLine(
            $"Merge:  {string.Join(' ', commit.Parents.Select(static parent => parent.ToString()[..12]))}");
        var email = commit.Author.Email.Length > 0 ? $" <{commit.Author.Email}>" : "";
        writer.WriteLine($"Author: {ChangeView.Printable(commit.Author.Name + email)}");
        writer.WriteLine($"Date:   {Output.Time(commit.TimeMs)}");
        foreach (var (key, value) in commit.Facts.OrderBy(static fact => fact.Key, StringComparer.Ordinal))
            writer.WriteLine($"        {ChangeView.Printable(key)} = {ChangeView.Printable(value)}");
        foreach (var link in commit.Links) writer.WriteLine(
            $"        {ChangeView.Printable(link.Relation)} {ChangeView.Printable(link.Target)}");
        writer.WriteLine();
        foreach (var line in commit.Message.Split('\n')) writer.WriteLine($"    {ChangeView.Printable(line)}");
        writer.WriteLine();
    }
}
