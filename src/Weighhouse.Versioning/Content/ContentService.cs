using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Content.Tensors;

namespace Weighhouse.Versioning.Content;

/// <summary>The contract over the readers: finds the two versions, and lets only so many comparisons run at once.</summary>
internal sealed class ContentService(IObjectStore store, IFiles files, VersioningOptions options) : IContents, IDisposable
{
    private readonly SemaphoreSlim _readers = new(options.ContentReadersMax);
    private readonly ContentDiffer _differ = new(options);
    private int _waiting;

    public async ValueTask<Result<ContentDiff>> DiffAsync(
        Principal caller, string repository, Digest? old, Digest? current, ContentDiffQuery query, CancellationToken cancellation)
    {
        var before = await FindAsync(caller, repository, old, query.OldPath ?? query.Path, cancellation);
        if (!before.TryGet(out var left, out var error) && error.Code != ErrorCode.NotFound) return error;
        var after = await FindAsync(caller, repository, current, query.Path, cancellation);
        if (!after.TryGet(out var right, out error) && error.Code != ErrorCode.NotFound) return error;
        if (left is null && right is null) return after.Error ?? before.Error ?? Error.NotFound($"There is no '{query.Path}'.");
        return await RunAsync(() => _differ.Compare(left, right, query.Depth, cancellation), cancellation);
    }

    public async ValueTask<Result<ContentSummary>> DescribeAsync(
        Principal caller, string repository, Digest commit, TreePath path, bool statistics, CancellationToken cancellation)
    {
        if (!(await FindAsync(caller, repository, commit, path, cancellation)).TryGet(out var side, out var error)) return error;
        return await RunAsync(() => new ContentReader(options).Describe(side!, statistics, cancellation), cancellation);
    }

    public void Dispose() => _readers.Dispose();

    private async ValueTask<Result<ContentSide?>> FindAsync(
        Principal caller, string repository, Digest? commit, TreePath path, CancellationToken cancellation)
    {
        if (commit is null) return (ContentSide?)null;
        var found = await files.FindAsync(caller, repository, commit.Value, path, cancellation);
        if (!found.TryGet(out var entry, out var error)) return error;
        if (entry.Kind == EntryKind.Folder)
            return Error.Precondition($"'{path}' is a folder. Name a file in it, or compare the trees.");
        return StoredContent.Of(store, entry.Id).Map<ContentSide?>(content => new ContentSide(content, path.Text));
    }

    private async ValueTask<Result<T>> RunAsync<T>(Func<Result<T>> work, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > options.ContentReadersMax * 2)
        {
            Interlocked.Decrement(ref _waiting);
            return new Error(
                ErrorCode.LimitExceeded, $"{options.ContentReadersMax} comparisons run and as many wait. Ask again in a while.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        try
        {
            await _readers.WaitAsync(cancellation);
            try
            {
                return await Task.Run(work, cancellation);
            }
            finally
            {
                _readers.Release();
            }
        }
        catch (CorruptBlobException damage)
        {
            return new Error(ErrorCode.Corrupted, damage.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
