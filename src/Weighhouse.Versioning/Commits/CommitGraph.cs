using System.Collections.Concurrent;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Commits;

/// <summary>
/// The commits of one repository that were asked for, in memory. What is missing is read from the database with those that probably come
/// next, more at once the further a walk goes, so that the first page of a log costs one short read and a walk to the root a few long ones.
/// </summary>
internal sealed class CommitGraph(long repository)
{
    private const int AheadMin = 256;
    private const int AheadMax = 16_384;

    private static readonly SqlText FindCommit = VersioningSql.Catalog["FindCommit"];
    private static readonly SqlText GetCommit = VersioningSql.Catalog["GetCommit"];
    private static readonly SqlText ListCommitsBefore = VersioningSql.Catalog["ListCommitsBefore"];

    private readonly ConcurrentDictionary<long, CommitNode> _nodes = new();
    private readonly ConcurrentDictionary<Digest, CommitNode> _named = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public long Repository => repository;

    /// <summary>Null when the repository has no such commit.</summary>
    public async ValueTask<CommitNode?> FindAsync(DbSession session, Digest id)
    {
        if (_named.TryGetValue(id, out var known)) return known;
        var found = await session.Prepare(FindCommit)
            .Bind("repo_no", repository).Bind("id", id.ToBytes()).FirstAsync(CommitNode.Read);
        if (found is not null) Add(found);
        return found;
    }

    /// <summary>The parents of a commit, in order.</summary>
    /// <param name="walk">How far the walk has gone: decides how much is read ahead.</param>
    public ValueTask<CommitNode[]> ParentsAsync(DbSession session, CommitNode child, CommitWalk walk)
    {
        if (child.Parents.Length == 0) return new([]);
        return child.Resolved is { } known ? new(known) : ResolveAsync(session, child, walk);
    }

    private async ValueTask<CommitNode[]> ResolveAsync(DbSession session, CommitNode child, CommitWalk walk)
    {
        var parents = new CommitNode[child.Parents.Length];
        for (var i = 0; i < parents.Length; i++)
        {
            var number = child.Parents[i];
            if (!_nodes.TryGetValue(number, out var parent))
            {
                await ReadAheadAsync(session, child.OrderMs, walk);
                if (!_nodes.TryGetValue(number, out parent)) parent = await GetAsync(session, number);
            }

            parents[i] = parent;
        }

        child.Resolved = parents;
        return parents;
    }

    private async ValueTask<CommitNode> GetAsync(DbSession session, long number)
    {
        var found = await session.Prepare(GetCommit).Bind("commit_no", number).FirstAsync(CommitNode.Read);
        Invariant.That(found is not null);
        Add(found);
        return found;
    }

    private ValueTask ReadAheadAsync(DbSession session, long beforeMs, CommitWalk walk)
    {
        walk.Ahead = Math.Clamp(walk.Ahead * 4, AheadMin, AheadMax);
        return session.Prepare(ListCommitsBefore)
            .Bind("repo_no", repository).Bind("before_ms", beforeMs).Bind("count", walk.Ahead)
            .ForEachAsync(row =>
            {
                Add(CommitNode.Read(row));
                return true;
            });
    }

    private void Add(CommitNode node)
    {
        if (!_nodes.TryAdd(node.Number, node)) return;
        _named.TryAdd(node.Id, node);
        Interlocked.Increment(ref _count);
    }
}

/// <summary>One walk through a history.</summary>
internal sealed class CommitWalk
{
    /// <summary>Commits read at once the last time something was missing.</summary>
    public int Ahead { get; set; }
}
