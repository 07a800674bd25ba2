using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Lineage;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Commits;

/// <summary>The rows of commits inside a unit of writing, past the memory of <see cref="CommitGraph"/>: the unit may be undone.</summary>
internal static class CommitTable
{
    private static readonly SqlText FindCommit = VersioningSql.Catalog["FindCommit"];
    private static readonly SqlText AddCommit = VersioningSql.Catalog["AddCommit"];

    public static ValueTask<CommitNode?> FindAsync(DbSession session, long repository, Digest id) =>
        session.Prepare(FindCommit).Bind("repo_no", repository).Bind("id", id.ToBytes()).FirstAsync(CommitNode.Read);

    /// <summary>Adds the rows that are missing. FailedPrecondition when a parent has no row: parents come before children.</summary>
    public static async ValueTask<Result<Done>> RecordAsync(
        DbSession session, StoredRepository stored, IReadOnlyList<NamedCommit> commits, Principal caller, long nowMs)
    {
        var repository = stored.Number;
        var known = new Dictionary<Digest, CommitNode>();
        foreach (var (id, commit) in commits.Select(static named => (named.Id, named.Commit)))
        {
            if (await FindAsync(session, repository, id) is { } present)
            {
                known[id] = present;
                continue;
            }

            var parents = new List<CommitNode>(commit.Parents.Count);
            foreach (var parent in commit.Parents)
            {
                if (!known.TryGetValue(parent, out var node)) node = await FindAsync(session, repository, parent);
                if (node is null)
                    return Error.Precondition($"Commit {id} follows {parent}, which the repository does not have. Send that one first.");
                known[parent] = node;
                parents.Add(node);
            }

            var added = await AddAsync(session, repository, id, commit, parents);
            known[id] = added;
            await EdgeTable.AddAsync(session, stored.Facts.Project, EdgesOf(id, commit), caller.Name, nowMs);
        }

        return Done.Value;
    }

    /// <summary>What a commit links to is what it came from. A link that is no node of the graph stays the commit's own affair.</summary>
    private static List<LineageEdge> EdgesOf(Digest id, Commit commit) =>
        [
            .. commit.Links.Select(link => new LineageEdge(link.Target, link.Relation, $"commit:{id}"))
                .Where(static edge => EdgeRules.Refuse(edge) is null),
        ];

    private static async ValueTask<CommitNode> AddAsync(
        DbSession session, long repository, Digest id, Commit commit, List<CommitNode> parents)
    {
        var generation = parents.Count == 0 ? 1 : parents.Max(static parent => parent.Generation) + 1;
        var orderMs = parents.Count == 0
            ? commit.TimeMs : Math.Max(commit.TimeMs, parents.Max(static parent => parent.OrderMs) + 1);
        var joined = CommitNode.Join(parents.Select(static parent => parent.Number));
        var number = await session.Prepare(AddCommit)
            .Bind("repo_no", repository).Bind("id", id.ToBytes()).Bind("tree", commit.Tree.ToBytes()).Bind("parents", joined)
            .Bind("generation", generation).Bind("order_ms", orderMs).Bind("time_ms", commit.TimeMs).LongAsync();
        // None when another unit added it since it was looked for: its row says the same.
        if (number is null) return (await FindAsync(session, repository, id))!;
        return new CommitNode(number.Value, id, commit.Tree, [.. parents.Select(static parent => parent.Number)], generation, orderMs);
    }
}
