using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Diffs;

/// <summary>Compares two trees, file by file, without reading what they share.</summary>
internal sealed class TreeDiffer(IObjectStore store, VersioningOptions options)
{
    private readonly TreeReader _trees = new(store);
    private readonly FolderDiff _folders = new(new TreeReader(store));

    /// <param name="old">Null for nothing at all.</param>
    public Result<TreeDiff> Compare(Digest? old, Digest? current, DiffQuery query)
    {
        if (!At(old, query.Path).TryGet(out var left, out var error)) return error;
        if (!At(current, query.Path).TryGet(out var right, out error)) return error;
        var changes = new List<TreeChange>();
        var max = query.ChangesMax ?? options.DiffChangesMax;
        var run = new Run(query.Path, max, changes);
        if (left != right && Add(run, query.Path, left, right, 0) is { } damage) return damage;
        var found = query.FindRenames ? new RenameFinder(store, options).Find(changes) : changes;
        found.Sort(static (a, b) => NameOrder.Of(a.Path.Text, b.Path.Text));
        return new TreeDiff(found, run.IsCut);
    }

    private Result<TreeEntry?> At(Digest? root, TreePath path)
    {
        if (root is null) return (TreeEntry?)null;
        var found = _trees.Follow(root.Value, path);
        if (found.TryGet(out var entry, out var error)) return (TreeEntry?)entry;
        return error.Code == ErrorCode.NotFound ? (TreeEntry?)null : error;
    }

    private Error? Add(Run run, TreePath path, TreeEntry? old, TreeEntry? current, int depth)
    {
        if (run.IsCut) return null;
        var (oldFolder, newFolder) = (FolderOf(old), FolderOf(current));
        var isFolder = oldFolder is not null || newFolder is not null;
        if (isFolder && Descend(run, path, oldFolder, newFolder, depth) is { } damage) return damage;
        var (oldFile, newFile) = (oldFolder is null ? old : null, newFolder is null ? current : null);
        if (oldFile is null && newFile is null) return null;
        var kind = oldFile is null ? ChangeKind.Added : newFile is null ? ChangeKind.Removed : ChangeKind.Modified;
        run.Add(new TreeChange(kind, path, null, oldFile, newFile));
        return null;
    }

    private Error? Descend(Run run, TreePath path, Digest? old, Digest? current, int depth)
    {
        if (depth == options.FolderDepthMax)
            return new Error(ErrorCode.Corrupted, $"'{path}' is more than {options.FolderDepthMax} folders deep.");
        if (!run.MayDescend()) return null;
        if (!_folders.Compare(old, current).TryGet(out var pairs, out var error)) return error;
        foreach (var pair in pairs)
            if (Add(run, path.Append(pair.Name), pair.Old, pair.New, depth + 1) is { } damage) return damage;
        return null;
    }

    private static Digest? FolderOf(TreeEntry? entry) => entry is { Kind: EntryKind.Folder } folder ? folder.Id : null;

    private sealed class Run(TreePath path, int max, List<TreeChange> changes)
    {
        /// <summary>
        /// Folders that are made of each other in many ways can be few and have more paths than a lifetime lists: a comparison looks into
        /// this many and says that it is cut.
        /// </summary>
        private const int FoldersMax = 1_000_000;

        private int _folders;

        public bool IsCut { get; private set; }

        public bool MayDescend()
        {
            if (++_folders > FoldersMax) IsCut = true;
            return !IsCut;
        }

        public void Add(TreeChange change)
        {
            Invariant.That(path.Contains(change.Path));
            if (changes.Count < max) changes.Add(change);
            else IsCut = true;
        }
    }
}
