using System.Text;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>Packs in a bucket, counted by the ledger; what is read and written of them lies in files here.</summary>
internal sealed class BucketHome : IPackHome
{
    /// <summary>A pack that has grown to this is left for ever; a shorter one waits for who goes on with it.</summary>
    private const int AdoptBytesMax = 8 << 20;

    /// <summary>How far around what was asked for a fetch may reach: eight blocks.</summary>
    private const int MissReach = 8 * RemotePack.BlockBytes;

    /// <summary>In the folder: the name of the store in its bucket.</summary>
    private const string MarkName = "bucket";

    private readonly PackFolder _folder;
    private readonly BucketStore _store;
    private readonly IdGenerator _ids;
    private readonly PackCache _cache;
    private readonly List<Task> _leaving = [];
    private PackSet? _packs;

    public BucketHome(PackFolder folder, BucketStore store, IdGenerator ids)
    {
        (_folder, _store, _ids) = (folder, store, ids);
        _cache = new PackCache(folder, store.Bucket, store.Ledger, store.Options, Close, store.Metrics);
    }

    public string Name => _store.Bucket.Name;

    public int AheadBytes => 32 << 20;

    public int ScansMax => 16;

    /// <summary>Under whose name new packs are written.</summary>
    public Func<string> Writer { get; set; } = () => "";

    /// <summary>
    /// Takes the folder for what is brought near of this store. What a process before has left goes: its spool counts for nothing, and what
    /// it fetched can be fetched again. Packs in a folder that is not marked are the only ones of their kind, and stay.
    /// </summary>
    public Result<Done> Take(string store)
    {
        var mark = Path.Combine(_folder.Folder, MarkName);
        if (!File.Exists(mark) && _folder.List().Any())
        {
            return Error.Precondition(
                $"{_folder.Folder} holds a store of its own, which would be hidden behind {Name}. Name a folder that is empty.");
        }

        PackFolder.WriteWhole(mark, Encoding.ASCII.GetBytes(store + "\n"));
        foreach (var left in _folder.List()) File.Delete(_folder.PathOf(left.Id, left.Kind));
        return Done.Ok;
    }

    public IEnumerable<PackListing> List()
    {
        _store.Packs.RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
        foreach (var pack in _store.Packs.All.Where(pack => pack.EndBytes > 0))
            yield return new PackListing(pack.Id, pack.Kind, pack.EndBytes);
    }

    public bool Exists(PackId id, PackKind kind) => _store.Packs.Find(id) is { IsDeleted: false };

    public long LengthOf(PackFile pack) =>
        _store.Packs.Find(pack.Id) is { IsDeleted: false } known ? known.EndBytes : throw new FileNotFoundException(null, pack.Path);

    public void Hold(PackFile pack, long offsetBytes, int lengthBytes)
    {
        var known = _store.Packs.Find(pack.Id) ?? throw new FileNotFoundException(null, pack.Path);
        try
        {
            var holding = _cache.HoldAsync(known, offsetBytes, lengthBytes);
            if (!holding.IsCompletedSuccessfully) Await(known, holding, offsetBytes, lengthBytes);
        }
        catch
        {
            _cache.LetGo(known);
            throw;
        }
    }

    public void LetGo(PackFile pack)
    {
        if (_store.Packs.Find(pack.Id) is { } known) _cache.LetGo(known);
    }

    public async Task FetchAsync(PackFile pack, long offsetBytes, int lengthBytes)
    {
        if (_store.Packs.Find(pack.Id) is not { } known) return;
        try
        {
            await _cache.HoldAsync(known, offsetBytes, lengthBytes);
        }
        // The reader meets it again, and tells.
        catch (Exception failure) when (failure is BucketException or IOException)
        {
        }
        finally
        {
            _cache.LetGo(known);
        }
    }

    public bool Distrust(PackFile pack) => _store.Packs.Find(pack.Id) is { } known && PackCache.Distrust(known);

    public OpenPack Begin(StoreParts parts, PackKind kind, int epoch)
    {
        _packs = parts.Packs;
        if (Adopt(parts, kind, epoch) is { } adopted) return adopted;
        var file = parts.Packs.Register(PackId.New(_ids), kind, isOurs: true);
        file.Epoch = epoch;
        var pack = _store.Packs.Begin(file.Id, kind, epoch);
        return OpenPack.Create(file, new ExtentPublisher(_store, pack, Writer(), file.Path, Leave));
    }

    public long Delete(IReadOnlyList<PackFile> packs)
    {
        var known = packs.Select(pack => _store.Packs.Find(pack.Id)).OfType<RemotePack>().Where(pack => !pack.IsDeleted).ToList();
        var keys = known.SelectMany(pack => pack.Extents).Select(extent => extent.Key).OfType<string>().ToList();
        var deleting = _store.Ledger.DeleteAsync(Writer(), [.. known.Select(pack => pack.Id.ToString())], CancellationToken.None);
        BucketStore.Value(deleting.AsTask().GetAwaiter().GetResult());
        foreach (var pack in known)
        {
            lock (pack.Lock) pack.IsDeleted = true;
            _cache.Forget(pack);
        }

        _store.Bucket.DeleteAsync(keys, CancellationToken.None).GetAwaiter().GetResult();
        return known.Sum(pack => pack.EndBytes);
    }

    public Error? Explain(Exception failure) => failure switch
    {
        ErrorException expected => expected.Error,
        AggregateException { InnerException: { } inner } => Explain(inner),
        _ => DiskErrors.Explain(failure, _folder.Folder),
    };

    public void Dispose()
    {
        Task[] leaving;
        lock (_leaving) leaving = [.. _leaving];
        Task.WaitAll(leaving);
        _store.Packs.Dispose();
        _store.PartSlots.Dispose();
        _store.Bucket.Dispose();
    }

    /// <summary>
    /// Goes on with a pack whose server has ended, so that many short lives leave few packs. Only a short one, for it is brought near as a
    /// whole.
    /// </summary>
    private OpenPack? Adopt(StoreParts parts, PackKind kind, int epoch)
    {
        var asked = _store.Ledger.AdoptAsync(Writer(), (int)kind, epoch, AdoptBytesMax, CancellationToken.None);
        var answer = asked.AsTask().GetAwaiter().GetResult();
        if (answer.Error is { Code: ErrorCode.NotFound }) return null;
        var pack = _store.Packs.Take(BucketStore.Value(answer));
        var file = parts.Packs.Register(pack.Id, kind);
        Hold(file, 0, (int)pack.EndBytes);
        LetGo(file);
        PackLoading.ReadNew(parts, file);
        // A damaged table, or a sentence: it stays as it is.
        if (file.SoundEnd != pack.EndBytes || file.IsCondemned) return null;
        lock (pack.Lock) (pack.IsOpen, pack.WrittenBytes) = (true, pack.EndBytes);
        return OpenPack.Continue(file, new ExtentPublisher(_store, pack, Writer(), file.Path, Leave));
    }

    /// <summary>Waits for what is not near. What is not where it was a moment ago is looked up in the ledger once more.</summary>
    private void Await(RemotePack pack, ValueTask holding, long offset, int length)
    {
        try
        {
            holding.AsTask().GetAwaiter().GetResult();
            return;
        }
        catch (FileNotFoundException)
        {
            var before = pack.Extents;
            _store.Packs.RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
            if (pack.IsDeleted) throw;
            if (pack.Extents.SequenceEqual(before)) MissAsync(pack, offset, length).GetAwaiter().GetResult();
        }

        try
        {
            _cache.HoldAsync(pack, offset, length).AsTask().GetAwaiter().GetResult();
        }
        finally
        {
            _cache.LetGo(pack);
        }
    }

    /// <summary>
    /// The ledger counts objects around here that the bucket does not have: finds out which, so that the rest can be read.
    /// </summary>
    private async Task MissAsync(RemotePack pack, long offset, int length)
    {
        // A fetch takes whole blocks, so neighbours are looked at too.
        var (from, to) = (offset - MissReach, offset + length + MissReach);
        foreach (var extent in pack.Extents.Where(extent => extent.Key is not null && extent.EndBytes > from && extent.StartBytes < to))
        {
            try
            {
                await _store.Bucket.ReadAsync(extent.Key!, 0, new byte[1], CancellationToken.None);
            }
            catch (FileNotFoundException)
            {
                pack.Lose(extent.Key!);
                _store.Log.ExtentMissing(_store.Bucket.Name, pack.Id.ToString(), extent.StartBytes);
            }
        }
    }

    /// <summary>A pack that this process will not append to any more.</summary>
    private void Leave(RemotePack pack)
    {
        lock (pack.Lock)
        {
            pack.IsOpen = false;
            // Nothing of it was ever published: there is no such pack.
            pack.IsDeleted |= pack.EndBytes == 0;
        }

        if (pack.IsDeleted)
        {
            _cache.Forget(pack);
            return;
        }

        _cache.Keep(pack);
        if (pack.EndBytes < AdoptBytesMax) return;
        lock (_leaving)
        {
            _leaving.RemoveAll(task => task.IsCompleted);
            _leaving.Add(Task.Run(() => LeaveAsync(pack)));
        }
    }

    private async Task LeaveAsync(RemotePack pack)
    {
        // Only a help for others: who does not hear of it sees the lease end.
        var closed = await _store.Ledger.CloseAsync(pack.Id.ToString(), CancellationToken.None);
        if (closed.Error is { } error) _store.Log.LedgerFailed(error.Message);
    }

    private void Close(RemotePack pack)
    {
        if (_packs?.Find(pack.Id) is { } file) _packs.Close(file);
    }
}
