using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Checks;

/// <summary>Goes through commits and their trees and remembers what is wrong, each object once.</summary>
internal sealed class CheckWalk(IObjectStore store, IReadOnlySet<Digest> suspects, VersioningOptions options, ILogger log)
{
    private readonly TreeReader _trees = new(store);
    private readonly HashSet<Digest> _folders = [];
    private readonly HashSet<Digest> _files = [];
    private readonly List<GraphDamage> _damages = [];
    private long _commits;

    public GraphCheckReport Report() => new(_commits, _folders.Count, _files.Count, _damages);

    /// <summary>False when there is so much damage that more would tell nothing new.</summary>
    public bool Check(string repository, string reference, CommitNode commit)
    {
        _commits++;
        var place = new Place(repository, reference, commit.Id);
        var read = CommitCodec.Load(store, commit.Id);
        if (read.IsFailure) Add(place, TreePath.Root, commit.Id, read.Error.Message);
        else if (read.Value.Tree != commit.Tree) Add(place, TreePath.Root, commit.Id, "Its row names another tree than the commit does.");
        else if (suspects.Contains(commit.Id)) Add(place, TreePath.Root, commit.Id, "Its bytes are damaged.");
        CheckFolder(place, TreePath.Root, commit.Tree, null, 0);
        return _damages.Count < options.DamagesMax;
    }

    private void CheckFolder(Place place, TreePath path, Digest folder, long? size, int depth)
    {
        if (!_folders.Add(folder) || _damages.Count >= options.DamagesMax) return;
        if (suspects.Contains(folder)) Add(place, path, folder, "The bytes of its tree are damaged.");
        if (depth > options.FolderDepthMax)
        {
            Add(place, path, folder, $"It is more than {options.FolderDepthMax} folders deep.");
            return;
        }

        if (!_trees.Entries(folder).TryGet(out var entries, out var error))
        {
            Add(place, path, folder, error.Message);
            return;
        }

        var total = entries.Sum(static entry => entry.SizeBytes);
        if (size is not null && size != total) Add(place, path, folder, $"It holds {total} bytes, and the folder above says {size}.");
        foreach (var entry in entries)
        {
            if (entry.Kind == EntryKind.Folder) CheckFolder(place, path.Append(entry.Name), entry.Id, entry.SizeBytes, depth + 1);
            else if (_files.Add(entry.Id)) CheckFile(place, path.Append(entry.Name), entry);
        }
    }

    private void CheckFile(Place place, TreePath path, TreeEntry entry)
    {
        if (suspects.Contains(entry.Id)) Add(place, path, entry.Id, "Its bytes are damaged.");
        if (!store.Recipe(entry.Id).TryGet(out var recipe, out var error))
        {
            Add(place, path, entry.Id, error.Message);
            return;
        }

        if (recipe.SizeBytes != entry.SizeBytes)
            Add(place, path, entry.Id, $"It has {recipe.SizeBytes} bytes, and its folder says {entry.SizeBytes}.");
        var ids = recipe.Chunks.Select(static chunk => chunk.Id).ToArray();
        var present = new bool[ids.Length];
        store.Contains(ids, present);
        var missing = Array.IndexOf(present, false);
        var missingCount = present.Count(static isThere => !isThere);
        if (missing >= 0) Add(place, path, ids[missing], $"{missingCount} of its {ids.Length} chunks are missing.");
        var damaged = Array.FindIndex(ids, suspects.Contains);
        if (damaged >= 0 && ids[damaged] != entry.Id)
            Add(place, path, ids[damaged], $"The bytes of {ids.Count(suspects.Contains)} of its {ids.Length} chunks are damaged.");
    }

    private void Add(Place place, TreePath path, Digest id, string problem)
    {
        if (_damages.Count == options.DamagesMax) return;
        _damages.Add(new GraphDamage(place.Repository, place.Reference, place.Commit, path, id, problem));
        VersioningMetrics.Damages.Add(1);
        log.Damaged(path, place.Commit, place.Reference, place.Repository, problem);
    }

    private readonly record struct Place(string Repository, string Reference, Digest Commit);
}
