using System.Runtime.CompilerServices;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Diffs;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Checks;

/// <summary>
/// Tells the repacking which files are versions of one: those in the same place in a commit and its first parent. Each commit is a step,
/// parents before children.
/// </summary>
internal sealed class VersionHints(Roots roots, IObjectStore store) : IRepackHints
{
    /// <summary>Below this no tensor has blocks of its own.</summary>
    private const long FileMinBytes = 64 << 10;

    private readonly FolderDiff _folders = new(new TreeReader(store));

    public async IAsyncEnumerable<RepackHint> HintsAsync(
        IRepackMemory memory, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var repository in await roots.RepositoriesAsync(cancellation))
        {
            var commits = await roots.CommitsAsync(repository, cancellation);
            var trees = commits.ToDictionary(static commit => commit.Number, static commit => commit.Tree);
            foreach (var commit in commits.OrderBy(static commit => commit.OrderMs))
            {
                cancellation.ThrowIfCancellationRequested();
                if (memory.Knows(commit.Id)) continue;
                var hints = Hints(commit, trees, out var isWhole);
                if (hints.Count == 0 && isWhole) memory.Pass(commit.Id);
                foreach (var hint in hints) yield return hint;
            }
        }
    }

    /// <summary>What the commit changed; nothing below a folder that cannot be read, which the check tells.</summary>
    private List<RepackHint> Hints(CommitNode commit, Dictionary<long, Digest> trees, out bool isWhole)
    {
        isWhole = true;
        var hints = new List<RepackHint>();
        Digest? before = commit.Parents.Length > 0 && trees.TryGetValue(commit.Parents[0], out var tree) ? tree : null;
        var waiting = new Stack<(Digest? Old, Digest New)>([(before, commit.Tree)]);
        while (waiting.TryPop(out var folder))
        {
            isWhole &= _folders.Compare(folder.Old, folder.New).TryGet(out var pairs, out _);
            foreach (var (old, current) in pairs ?? [])
            {
                if (current is not { } entry) continue;
                if (entry.Kind == EntryKind.Folder) waiting.Push((old is { Kind: EntryKind.Folder } same ? same.Id : null, entry.Id));
                else if (entry.Kind == EntryKind.File && entry.SizeBytes >= FileMinBytes && entry.Id != old?.Id)
                    hints.Add(new RepackHint(entry.Id, old is { Kind: EntryKind.File } version ? version.Id : null, commit.Id));
            }
        }

        return hints;
    }
}
