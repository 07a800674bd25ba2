using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Counts the room of versions by the chunks of their files: content that several versions share is told apart from each one's
/// own.</summary>
internal sealed class UsageCount(WorkspaceSession session)
{
    /// <summary>Stands for a chunk that more than one version has.</summary>
    private const int Shared = -1;

    private readonly Dictionary<Digest, int> _owners = [];
    private readonly Dictionary<Digest, int> _sizes = [];

    public Result<WorkspaceUsage> Run(IReadOnlyList<(string Name, Digest Commit)> versions, CancellationToken cancellation)
    {
        var counted = new List<VersionUsage>();
        for (var i = 0; i < versions.Count; i++)
        {
            if (!Revisions.Load(session, versions[i].Commit).TryGet(out var commit, out var error)) return error;
            if (!session.Trees.Read(commit.Commit.Tree).TryGet(out var tree, out error)) return error;
            var chunks = new HashSet<Digest>();
            foreach (var file in tree.Entries.Select(static entry => entry.Id).Distinct())
            {
                cancellation.ThrowIfCancellationRequested();
                if (!session.Store.Recipe(file).TryGet(out var recipe, out error)) return error;
                foreach (var chunk in recipe.Chunks) chunks.Add(chunk.Id);
            }

            foreach (var chunk in chunks) _owners[chunk] = _owners.TryGetValue(chunk, out var owner) && owner != i ? Shared : i;
            counted.Add(new VersionUsage(
                versions[i].Name, versions[i].Commit, tree.Entries.Count, tree.Entries.Sum(static entry => entry.SizeBytes),
                chunks.Sum(chunk => (long)StoredBytes(chunk)), 0));
        }

        var own = new long[versions.Count];
        foreach (var (chunk, owner) in _owners)
            if (owner != Shared) own[owner] += StoredBytes(chunk);
        return new WorkspaceUsage([.. counted.Select((usage, i) => usage with { OwnBytes = own[i] })],
            _owners.Keys.Sum(chunk => (long)StoredBytes(chunk)));
    }

    private int StoredBytes(Digest chunk)
    {
        if (_sizes.TryGetValue(chunk, out var bytes)) return bytes;
        return _sizes[chunk] = session.Store.Describe(chunk)?.StoredBytes ?? 0;
    }
}
