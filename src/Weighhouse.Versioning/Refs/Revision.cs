using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;

namespace Weighhouse.Versioning.Refs;

/// <summary>Finds the commit a person means by a few words: "main~2", "v1^2", "3fa9".</summary>
internal sealed class Revision(DbSession session, CommitGraph graph)
{
    private const int LengthMax = 1_000;
    private const int DigitsMin = 4;

    /// <summary>Steps along first parents that one revision may take.</summary>
    private const int StepsMax = 100_000;

    private static readonly SqlText FindCommitsBetween = VersioningSql.Catalog["FindCommitsBetween"];

    public async ValueTask<Result<Digest>> ResolveAsync(string revision)
    {
        if (revision.Length is 0 or > LengthMax)
            return Error.Invalid($"A revision has from 1 to {LengthMax} characters; this one has {revision.Length}.", "revision");
        var end = revision.AsSpan().IndexOfAny('~', '^');
        var name = end < 0 ? revision : revision[..end];
        if (!(await NamedAsync(name)).TryGet(out var node, out var error)) return error;
        var walk = new CommitWalk();
        for (var at = name.Length; at < revision.Length;)
        {
            var sign = revision[at++];
            var digits = at;
            while (at < revision.Length && char.IsAsciiDigit(revision[at])) at++;
            if (sign is not ('~' or '^') || Number(revision.AsSpan(digits, at - digits)) is not { } number) return Bad(revision);
            if (!(await StepAsync(node, sign, number, walk)).TryGet(out node, out error)) return error;
        }

        return node.Id;
    }

    private async ValueTask<Result<CommitNode>> StepAsync(CommitNode node, char sign, int number, CommitWalk walk)
    {
        if (sign == '^')
        {
            if (number == 0) return node;
            var parents = await graph.ParentsAsync(session, node, walk);
            return number <= parents.Length
                ? parents[number - 1]
                : Error.NotFound($"Commit {node.Id} has {parents.Length} parents; there is no number {number}.");
        }

        for (; number > 0; number--)
        {
            var parents = await graph.ParentsAsync(session, node, walk);
            if (parents.Length == 0) return Error.NotFound($"The history ends {number} commits before what is asked for.");
            node = parents[0];
        }

        return node;
    }

    private async ValueTask<Result<CommitNode>> NamedAsync(string name)
    {
        foreach (var full in new[] { name, Ref.Heads + name, Ref.Tags + name })
        {
            if (await RefTable.FindAsync(session, graph.Repository, full) is not { } found) continue;
            return (await graph.FindAsync(session, found.Commit))!;
        }

        return await ByDigitsAsync(name);
    }

    private async ValueTask<Result<CommitNode>> ByDigitsAsync(string digits)
    {
        if (digits.Length is < DigitsMin or > Digest.Size * 2 || !digits.All(char.IsAsciiHexDigit))
            return Error.NotFound($"There is no branch, tag or commit '{PlainText.Cut(digits, 128)}'.");
        var from = Convert.FromHexString(digits.PadRight(Digest.Size * 2, '0'));
        var to = Convert.FromHexString(digits.PadRight(Digest.Size * 2, 'f'));
        var found = await session.Prepare(FindCommitsBetween)
            .Bind("repo_no", graph.Repository).Bind("from_id", from).Bind("to_id", to).Bind("count", 2).ListAsync(CommitNode.Read);
        return found.Count switch
        {
            1 => found[0],
            0 => Error.NotFound($"There is no branch, tag or commit '{digits}'."),
            _ => Error.Invalid($"More than one commit begins with '{digits}'. Give more digits.", "revision"),
        };
    }

    /// <summary>1 when none is given, null when it is more than a revision may step.</summary>
    private static int? Number(ReadOnlySpan<char> digits)
    {
        if (digits.IsEmpty) return 1;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= StepsMax ? number : null;
    }

    private static Error Bad(string revision) => Error.Invalid(
        $"'{PlainText.Cut(revision, 128)}' is not a revision: a name or an id, then any of ~N and ^N.", "revision");
}
