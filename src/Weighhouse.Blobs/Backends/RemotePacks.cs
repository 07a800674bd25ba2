using System.Globalization;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>The packs of the ledger, as far as this replica has heard.</summary>
internal sealed class RemotePacks(IPackLedger ledger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _asking = new(1);
    private readonly Dictionary<PackId, RemotePack> _packs = [];
    private long _mark;

    public IReadOnlyList<RemotePack> All
    {
        get
        {
            lock (_lock) return [.. _packs.Values.Where(pack => !pack.IsDeleted)];
        }
    }

    public RemotePack? Find(PackId id)
    {
        lock (_lock) return _packs.GetValueOrDefault(id);
    }

    /// <summary>One that this process is about to write.</summary>
    public RemotePack Begin(PackId id, PackKind kind, int epoch)
    {
        var pack = new RemotePack(id, kind) { Epoch = epoch, IsOpen = true };
        lock (_lock) _packs.Add(id, pack);
        return pack;
    }

    /// <summary>Asks the ledger what has changed. Failures are thrown.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            var asked = await ledger.ChangesAsync(_mark, cancellation);
            if (!asked.TryGet(out var changes, out var error)) throw new BucketException(error);
            foreach (var told in changes.Packs) Take(told);
            _mark = changes.Mark;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    /// <summary>Takes a pack up as the ledger tells of it.</summary>
    public RemotePack Take(LedgerPack told)
    {
        Invariant.That(PackId.TryParse(told.Id, out var id), $"the ledger names a pack '{told.Id}'");
        RemotePack? pack;
        lock (_lock)
        {
            if (!_packs.TryGetValue(id, out pack)) _packs.Add(id, pack = new RemotePack(id, (PackKind)told.Kind));
        }

        lock (pack.Lock)
        {
            // What this process has just written may be newer than the answer.
            if (!told.IsDeleted && told.EndBytes < pack.EndBytes) return pack;
            (pack.Epoch, pack.EndBytes, pack.Extents, pack.IsDeleted) = (told.Epoch, told.EndBytes, told.Extents, told.IsDeleted);
            return pack;
        }
    }
}
