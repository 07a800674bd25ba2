using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Objects;

/// <summary>Files by path, as the folders they lie in.</summary>
internal sealed class FolderTree
{
    private readonly Dictionary<string, FolderTree> _folders = new(StringComparer.Ordinal);
    private readonly List<TreeEntry> _files = [];

    /// <summary>Refuses more than <paramref name="depthMax"/> folders in each other.</summary>
    public static Result<FolderTree> Of(IReadOnlyList<CommitFile> files, int depthMax)
    {
        var root = new FolderTree();
        foreach (var file in files)
        {
            var names = file.Path.Names;
            if (names.Length == 0) return Error.Invalid("A file of a commit has no path.", "path");
            if (names.Length > depthMax)
                return Error.Invalid($"'{file.Path}' lies deeper than {depthMax} folders, the limit. Move it up.", "path");
            var folder = root;
            foreach (var name in names.AsSpan(..^1))
            {
                if (!folder._folders.TryGetValue(name, out var below)) folder._folders[name] = below = new FolderTree();
                folder = below;
            }

            folder._files.Add(TreeEntry.File(names[^1], file.Id, file.SizeBytes));
        }

        return root;
    }

    /// <summary>Stores the folders from the leaves up. A name that is both a file and a folder comes twice, and is refused.</summary>
    public Result<TreeInfo> Write(TreeWriter writer)
    {
        var entries = new List<TreeEntry>(_files);
        foreach (var (name, folder) in _folders)
        {
            if (!folder.Write(writer).TryGet(out var below, out var error)) return error;
            entries.Add(TreeEntry.Folder(name, below));
        }

        return writer.Write(entries);
    }
}
