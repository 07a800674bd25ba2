using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Diffs;
using Weighhouse.Versioning.Spelling;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Transfer;

/// <summary>
/// Asks, before a ref may lead to them, whether new commits are all there: trees that can be read, files with all their chunks, sizes that
/// agree. What a commit shares with a parent that was admitted before is not looked at again.
/// </summary>
internal sealed class Completeness(IObjectStore store, IObjectWriter writer, VersioningOptions options)
{
    private readonly FolderDiff _folders = new(new TreeReader(store));
    private readonly TreeReader _trees = new(store);
    private readonly HashSet<Digest> _whole = [];
    private readonly HashSet<Digest> _files = [];

    /// <param name="parentTree">The tree of a parent that is whole; null without one.</param>
    public Error? Refuse(Digest commit, Digest tree, Digest? parentTree) =>
        RefuseFolder(commit, TreePath.Root, tree, parentTree, null, 0);

    private Error? RefuseFolder(Digest commit, TreePath path, Digest folder, Digest? known, long? size, int depth)
    {
        if (folder == known || !_whole.Add(folder)) return null;
        if (depth > options.FolderDepthMax)
            return Error.Invalid($"'{path}' of commit {commit} is more than {options.FolderDepthMax} folders deep.");
        if (!_trees.Node(folder).TryGet(out var node, out var error)) return Lacking(commit, path, error);
        if (size is not null && node.SizeBytes != size)
            return Error.Invalid($"'{path}' of commit {commit} holds {node.SizeBytes} bytes, and the folder above says {size}.");
        if (!_folders.Compare(known, folder).TryGet(out var pairs, out error)) return Lacking(commit, path, error);
        if (RefuseTwins(commit, path, folder, pairs) is { } twins) return twins;
        foreach (var pair in pairs)
        {
            if (pair.New is not { } entry) continue;
            var place = path.Append(entry.Name);
            Digest? below = pair.Old is { Kind: EntryKind.Folder } old ? old.Id : null;
            var refusal = entry.Kind == EntryKind.Folder
                ? RefuseFolder(commit, place, entry.Id, below, entry.SizeBytes, depth + 1)
                : RefuseFile(commit, place, entry);
            if (refusal is not null) return refusal;
        }

        return null;
    }

    /// <summary>The whole folder is read only where a name is new that may be spelled otherwise.</summary>
    private Error? RefuseTwins(Digest commit, TreePath path, Digest folder, List<EntryPair> pairs)
    {
        if (!pairs.Exists(static pair => pair.Old is null && CanonicalForm.TakesPart(pair.Name))) return null;
        if (!_trees.Entries(folder).TryGet(out var entries, out var error)) return Lacking(commit, path, error);
        return TwinNames.Refuse(entries.Select(static entry => entry.Name)) is { } refusal
            ? refusal with { Message = $"'{path}' of commit {commit}: {refusal.Message}" }
            : null;
    }

    private Error? RefuseFile(Digest commit, TreePath path, TreeEntry entry)
    {
        if (!_files.Add(entry.Id)) return null;
        if (!writer.Has(entry.Id)) return Lacking(commit, path, Error.NotFound($"The content {entry.Id} has not arrived whole."));
        if (!store.Recipe(entry.Id).TryGet(out var recipe, out var error)) return Lacking(commit, path, error);
        return recipe.SizeBytes == entry.SizeBytes
            ? null
            : Error.Invalid($"'{path}' of commit {commit} has {recipe.SizeBytes} bytes, and its folder says {entry.SizeBytes}.");
    }

    private static Error Lacking(Digest commit, TreePath path, Error error) =>
        Error.Precondition($"Commit {commit} is not complete at '{path}': {error.Message} Send what is missing, then move the ref.");
}
