using System.Buffers;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>Keeps the ledger small and the bucket clean. Any replica may, several at once too.</summary>
internal sealed class BucketTending(BucketStore store)
{
    /// <summary>Packs looked at in one go; the rest is for the next.</summary>
    private const int FoldsMax = 256;

    /// <summary>Keys asked for in one transaction.</summary>
    private const int SweepKeysMax = 500;

    /// <summary>
    /// Puts the extents that lie side by side in the ledger into the bucket as one, of packs that nobody appends to any more. Returns how
    /// many there were.
    /// </summary>
    public async Task<int> FoldAsync(CancellationToken cancellation)
    {
        var foldable = BucketStore.Value(await store.Ledger.ListFoldableAsync(FoldsMax, cancellation));
        if (foldable.Count == 0) return 0;
        await store.Packs.RefreshAsync(cancellation);
        var folded = 0;
        foreach (var pack in store.Packs.All.Where(pack => foldable.Contains(pack.Id.ToString())))
        {
            foreach (var run in Runs(pack.Extents)) folded += await FoldAsync(pack, run, cancellation);
        }

        if (folded > 0) await store.Packs.RefreshAsync(cancellation);
        return folded;
    }

    /// <summary>Deletes objects of this store that nothing names and that are older than a writer can be slow. Returns how many.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var before = store.Clock.GetUtcNow() - store.Options.LitterAge;
        await store.Packs.RefreshAsync(cancellation);
        var named = store.Packs.All.SelectMany(pack => pack.Extents).Select(extent => extent.Key).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var suspects = new List<string>();
        var swept = 0;
        await foreach (var found in store.Bucket.ListAsync(store.Keys.Root, cancellation))
        {
            if (found.Modified >= before || named.Contains(found.Key)) continue;
            suspects.Add(found.Key);
            if (suspects.Count >= SweepKeysMax) swept += await SweepAsync(suspects, cancellation);
        }

        swept += await SweepAsync(suspects, cancellation);
        await store.Bucket.AbortBeforeAsync(store.Keys.Root, before, cancellation);
        store.Metrics.Swept(swept);
        return swept;
    }

    private async Task<int> SweepAsync(List<string> suspects, CancellationToken cancellation)
    {
        if (suspects.Count == 0) return 0;
        // Forbidden in the ledger first: a slow writer that comes back then fails, instead of naming what is gone.
        var litter = BucketStore.Value(await store.Ledger.SweepAsync(suspects, cancellation));
        await store.Bucket.DeleteAsync(litter, cancellation);
        suspects.Clear();
        return litter.Count;
    }

    private async Task<int> FoldAsync(RemotePack pack, List<LedgerExtent> run, CancellationToken cancellation)
    {
        var (start, end) = (run[0].StartBytes, run[^1].EndBytes);
        var buffer = ArrayPool<byte>.Shared.Rent((int)(end - start));
        try
        {
            foreach (var extent in run)
            {
                var read = await store.Ledger.ReadAsync(pack.Id.ToString(), extent.StartBytes, cancellation);
                if (!read.TryGet(out var bytes, out var error)) return Overtaken(error);
                bytes.CopyTo(buffer, (int)(extent.StartBytes - start));
            }

            var folded = new LedgerExtent(start, end, store.Keys.New(pack.Id, pack.Kind, start));
            await store.Bucket.PutAsync(folded.Key!, buffer.AsMemory(0, (int)(end - start)), cancellation);
            var done = await store.Ledger.FoldAsync(pack.Id.ToString(), folded, cancellation);
            return done.Error is { } refused ? Overtaken(refused) : run.Count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Another replica folds or deletes the same pack: what was put here is litter, and there is nothing left to do.</summary>
    private static int Overtaken(Error error) =>
        error.Code is ErrorCode.NotFound or ErrorCode.Conflict ? 0 : throw new BucketException(error);

    /// <summary>Neighbours in the ledger, at most as many as one object is put whole with.</summary>
    private static IEnumerable<List<LedgerExtent>> Runs(IReadOnlyList<LedgerExtent> extents)
    {
        var run = new List<LedgerExtent>();
        foreach (var extent in extents)
        {
            if (run.Count > 0 && (extent.Key is not null || extent.EndBytes - run[0].StartBytes > IBucket.PartBytes))
            {
                yield return run;
                run = [];
            }

            if (extent.Key is null) run.Add(extent);
        }

        if (run.Count > 0) yield return run;
    }
}
