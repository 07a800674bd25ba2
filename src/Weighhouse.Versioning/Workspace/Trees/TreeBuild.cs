using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Trees;

/// <summary>Stores the folders that an index makes, from the leaves up. What the store has already costs it nothing.</summary>
internal sealed class TreeBuild(IObjectWriter writer, VersioningOptions options)
{
    private readonly TreeWriter _trees = new(writer);

    public Result<TreeInfo> Write(WorkspaceIndex index) => Folder(index.Entries, 0, index.Entries.Count, 0, 0);

    /// <summary>The folder whose paths are those from <paramref name="from"/> to <paramref name="until"/>, all with the same
    /// beginning.</summary>
    private Result<TreeInfo> Folder(IReadOnlyList<IndexEntry> files, int from, int until, int prefix, int depth)
    {
        if (depth > options.FolderDepthMax)
        {
            return Error.Invalid(
                $"'{files[from].Path}' lies deeper than {options.FolderDepthMax} folders, the limit. Move it up, or ignore it.", "path");
        }

        var entries = new List<TreeEntry>();
        for (var at = from; at < until;)
        {
            var file = files[at];
            var slash = file.Path.IndexOf('/', prefix);
            if (slash < 0)
            {
                entries.Add(new TreeEntry(file.Path[prefix..], file.Kind, file.IsExecutable, file.Id, file.SizeBytes));
                at++;
                continue;
            }

            var end = EndOf(files, at, until, slash + 1);
            if (!Folder(files, at, end, slash + 1, depth + 1).TryGet(out var folder, out var error)) return error;
            entries.Add(TreeEntry.Folder(file.Path[prefix..slash], folder));
            at = end;
        }

        var written = _trees.Write(entries);
        return written.IsFailure && prefix > 0
            ? written.Error with { Message = $"{files[from].Path[..prefix]}: {written.Error.Message}" }
            : written;
    }

    private static int EndOf(IReadOnlyList<IndexEntry> files, int from, int until, int shared)
    {
        var folder = files[from].Path.AsSpan(0, shared);
        var (low, high) = (from + 1, until);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (files[middle].Path.AsSpan().StartsWith(folder)) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
