using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Files;

internal sealed class FileService(IObjectStore store, IRepositories repositories, ICommits commits, VersioningOptions options) : IFiles
{
    private readonly TreeReader _trees = new(store);

    public async ValueTask<Result<TreeEntry>> FindAsync(
        Principal caller, string repository, Digest commit, TreePath path, CancellationToken cancellation)
    {
        var found = await commits.GetAsync(caller, repository, commit, cancellation);
        return found.TryGet(out var named, out var error) ? _trees.Follow(named.Commit.Tree, path) : error;
    }

    public async ValueTask<Result<Page<TreeEntry>>> ListAsync(
        Principal caller, string repository, Digest commit, TreePath path, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.PageMax)
            return Error.Invalid($"page_size is {page.Size}; it must be from 1 to {options.PageMax}.", "page_size");
        if (!(await FindAsync(caller, repository, commit, path, cancellation)).TryGet(out var folder, out var error)) return error;
        if (folder.Kind != EntryKind.Folder) return Error.Precondition($"'{path}' is a file, not a folder. Download it instead.");
        var query = $"tree {folder.Id}";
        string? after = null;
        if (page.Token is not null)
        {
            if (!PageToken.Decode(query, page.Token, 1).TryGet(out var values, out error)) return error;
            after = values[0];
        }

        if (!_trees.EntriesAfter(folder.Id, after, page.Size + 1).TryGet(out var entries, out error)) return error;
        return entries.Count <= page.Size
            ? new Page<TreeEntry>(entries, null)
            : new Page<TreeEntry>([.. entries.Take(page.Size)], PageToken.Encode(query, entries[page.Size - 1].Name));
    }

    public async ValueTask<Result<Done>> CopyToAsync(
        Principal caller, string repository, TreeEntry file, long offsetBytes, long lengthBytes, PipeWriter target,
        CancellationToken cancellation)
    {
        if ((await repositories.GetAsync(caller, repository, cancellation)).Error is { } refusal) return refusal;
        return file.Kind == EntryKind.Folder
            ? Error.Precondition($"'{file.Name}' is a folder.")
            : await store.CopyToAsync(file.Id, offsetBytes, lengthBytes, target, cancellation);
    }
}
