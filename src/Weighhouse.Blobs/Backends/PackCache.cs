using System.Buffers;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>
/// Brings ranges of packs to files on this machine: neighbours in one request, each block once however many want it. The least
/// recently used files go when there are too many bytes; nothing is lost with them.
/// </summary>
internal sealed class PackCache(
    PackFolder folder, IBucket bucket, IPackLedger ledger, BucketOptions options, Action<RemotePack> close, BucketMetrics metrics)
{
    /// <summary>Blocks in one request: long enough that the time to the first byte matters little.</summary>
    private const int RunBlocksMax = 8;

    private readonly Lock _lock = new();
    private readonly HashSet<RemotePack> _kept = [];
    private long _clock;

    /// <summary>
    /// Completes when the range lies in the pack's file. The pack is held; let it go after reading, and after a failure too.
    /// </summary>
    public async ValueTask HoldAsync(RemotePack pack, long offset, int length)
    {
        Touch(pack);
        lock (pack.Lock)
        {
            pack.Holders++;
            // Beyond its end there is nothing to bring; the reader sees that by the count.
            length = (int)Math.Clamp(pack.EndBytes - offset, 0, length);
        }

        while (true)
        {
            var started = new List<Task>();
            lock (pack.Lock)
            {
                if (pack.IsDeleted) throw new FileNotFoundException(null, pack.Id.ToString());
                if (pack.IsNear(offset, length, out var coming, out var missing)) return;
                started.AddRange(coming);
                foreach (var (first, count) in Runs(missing)) started.Add(Start(pack, first, count));
            }

            await Task.WhenAll(started);
        }
    }

    public void LetGo(RemotePack pack)
    {
        lock (pack.Lock) pack.Holders--;
    }

    /// <summary>Makes room when there is too little, sparing what is in use.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            var total = _kept.Sum(pack => pack.NearBytes);
            foreach (var pack in _kept.OrderBy(pack => pack.UsedAt).ToList())
            {
                if (total <= options.CacheMaxBytes) break;
                total -= Drop(pack);
            }

            metrics.CacheBytes(total);
        }
    }

    /// <summary>What lies here of the pack is fetched anew when it is asked for again; not of one that is being written.</summary>
    public static bool Distrust(RemotePack pack)
    {
        lock (pack.Lock)
        {
            if (pack.IsOpen) return false;
            pack.ForgetNear();
            return true;
        }
    }

    /// <summary>A file that this process has written and that may be evicted like any other from now on.</summary>
    public void Keep(RemotePack pack)
    {
        Touch(pack);
        Trim();
    }

    public void Forget(RemotePack pack)
    {
        lock (_lock)
        {
            Drop(pack);
            _kept.Remove(pack);
        }
    }

    private long Drop(RemotePack pack)
    {
        lock (pack.Lock)
        {
            // Readers go on; it is the next one's turn.
            if (pack.Holders > 0 || pack.IsOpen) return 0;
            var freed = pack.NearBytes;
            pack.ForgetNear();
            close(pack);
            File.Delete(folder.PathOf(pack.Id, pack.Kind));
            return freed;
        }
    }

    private void Touch(RemotePack pack)
    {
        lock (_lock)
        {
            pack.UsedAt = ++_clock;
            _kept.Add(pack);
        }
    }

    private static IEnumerable<(int First, int Count)> Runs(List<int> blocks)
    {
        for (var i = 0; i < blocks.Count;)
        {
            var count = 1;
            while (count < RunBlocksMax && i + count < blocks.Count && blocks[i + count] == blocks[i] + count) count++;
            yield return (blocks[i], count);
            i += count;
        }
    }

    /// <summary>Called with the pack locked, so that nobody begins the same blocks.</summary>
    private Task Start(RemotePack pack, int first, int count)
    {
        var (extents, end) = (pack.Extents, pack.EndBytes);
        var task = Task.Run(() => FetchAsync(pack, extents, end, first, count));
        pack.Expect(first, count, task);
        return task;
    }

    private async Task FetchAsync(RemotePack pack, IReadOnlyList<LedgerExtent> extents, long packEnd, int first, int count)
    {
        long reached = 0;
        try
        {
            var start = (long)first * RemotePack.BlockBytes;
            var end = Math.Min(packEnd, start + (long)count * RemotePack.BlockBytes);
            if (end > start) await CopyAsync(pack, extents, start, end);
            reached = end;
        }
        finally
        {
            lock (pack.Lock) pack.Arrived(first, count, reached);
        }

        Trim();
    }

    private async Task CopyAsync(RemotePack pack, IReadOnlyList<LedgerExtent> extents, long start, long end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)(end - start));
        try
        {
            var bytes = buffer.AsMemory(0, (int)(end - start));
            foreach (var extent in extents)
            {
                var (from, to) = (Math.Max(start, extent.StartBytes), Math.Min(end, extent.EndBytes));
                if (from >= to) continue;
                await ReadAsync(pack, extent, from - extent.StartBytes, bytes[(int)(from - start)..(int)(to - start)]);
            }

            using var file = PackFolder.Open(folder.PathOf(pack.Id, pack.Kind), FileMode.OpenOrCreate, FileAccess.Write);
            RandomAccess.Write(file, bytes.Span, start);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReadAsync(RemotePack pack, LedgerExtent extent, long offset, Memory<byte> target)
    {
        if (extent.Key is { } key)
        {
            if (pack.IsLost(key))
            {
                target.Span.Clear();
                return;
            }

            await bucket.ReadAsync(key, offset, target, CancellationToken.None);
            metrics.Fetched(target.Length, fromLedger: false);
            return;
        }

        var read = await ledger.ReadAsync(pack.Id.ToString(), extent.StartBytes, CancellationToken.None);
        if (!read.TryGet(out var bytes, out var error))
            throw error.Code == ErrorCode.NotFound ? new FileNotFoundException(error.Message) : new BucketException(error);
        bytes.AsMemory((int)offset, target.Length).CopyTo(target);
        metrics.Fetched(target.Length, fromLedger: true);
    }
}
