using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Care;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>
/// Epochs by leases in the ledger. A lease covers all sessions of this process in an epoch, so that a session costs no request; it is
/// renewed in the background, and what was decided meanwhile is heard of then.
/// </summary>
internal sealed class LedgerEpochs : IEpochs
{
    private readonly BucketStore _store;
    private readonly PackSet _packs;
    private readonly IdGenerator _ids;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _sessions = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _renewing;
    private CollectionState _state = CollectionState.None;
    private long _revision = -1;
    private string _writer;
    private int _losses;
    private long _renewedAt;

    public LedgerEpochs(BucketStore store, PackSet packs, IdGenerator ids)
    {
        (_store, _packs, _ids) = (store, packs, ids);
        _writer = ids.Hex32();
        _renewing = Task.Run(RenewAsync);
    }

    /// <summary>The name that this process writes under since it last lost its leases.</summary>
    public string Writer
    {
        get
        {
            lock (_lock) return _writer;
        }
    }

    /// <summary>Called when the leases were lost: open packs have another's name on them, and others may go on with them.</summary>
    public Action? Lost { get; set; }

    public int Losses
    {
        get
        {
            lock (_lock)
            {
                NoticeLoss();
                return _losses;
            }
        }
    }

    public CollectionState Current()
    {
        lock (_lock) return ReadState();
    }

    public void Write(CollectionState state)
    {
        lock (_lock)
        {
            Ask(ledger => ledger.SaveCollectionAsync(_writer, state.Epoch, state.Write(), CancellationToken.None));
            ReadState();
            LeaveEmptyEpochs();
        }
    }

    public int Enter()
    {
        lock (_lock)
        {
            NoticeLoss();
            if (_revision < 0) ReadState();
            while (!_sessions.ContainsKey(_state.Epoch))
            {
                // A sentence was passed that this process has not heard of.
                if (!Join()) ReadState();
            }

            _sessions[_state.Epoch]++;
            return _state.Epoch;
        }
    }

    public void Leave(int epoch)
    {
        lock (_lock)
        {
            if (_sessions.TryGetValue(epoch, out var count)) _sessions[epoch] = Math.Max(0, count - 1);
        }
    }

    public bool IsQuietBefore(int epoch)
    {
        lock (_lock)
        {
            LeaveEmptyEpochs();
            return !Ask(ledger => ledger.IsWrittenBeforeAsync(epoch, CancellationToken.None));
        }
    }

    public IDisposable? TryCollect()
    {
        var writer = Writer;
        return Ask(ledger => ledger.TryCollectAsync(writer, _store.Options.LeaseLength, CancellationToken.None))
            ? new Collecting(_store, writer)
            : null;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _renewing.GetAwaiter().GetResult();
        _stopping.Dispose();
        // Only a courtesy: leases end by themselves.
        var left = _store.Ledger.LeaveAsync(Writer, int.MaxValue, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (left.Error is { } error) _store.Log.LedgerFailed(error.Message);
    }

    private T Ask<T>(Func<IPackLedger, ValueTask<Result<T>>> ask) =>
        BucketStore.Value(ask(_store.Ledger).AsTask().GetAwaiter().GetResult());

    private bool Join()
    {
        var asked = _store.Clock.GetTimestamp();
        if (!Ask(ledger => ledger.JoinAsync(_writer, _state.Epoch, _store.Options.LeaseLength, CancellationToken.None))) return false;
        if (_sessions.Count == 0) _renewedAt = asked;
        _sessions.Add(_state.Epoch, 0);
        return true;
    }

    private CollectionState ReadState()
    {
        var kept = Ask(ledger => ledger.CollectionAsync(CancellationToken.None));
        if (kept.Revision == _revision) return _state;
        var state = kept.State.Length == 0 ? CollectionState.None : CollectionState.Read(kept.State);
        _state = state ?? throw new BucketException(new Error(
            ErrorCode.Corrupted, "The collection's state in the ledger is damaged. Restore the database from a backup."));
        _revision = kept.Revision;
        _packs.Condemn(_state.Packs.Where(pack => pack.IsCondemned).Select(pack => pack.Id).ToHashSet());
        return _state;
    }

    /// <summary>
    /// Gives back the leases of epochs that are over and in which no session of this process is left. The current one is taken first: a
    /// process without any is taken for dead, and others go on with its packs.
    /// </summary>
    private void LeaveEmptyEpochs()
    {
        var over = _sessions.Where(pair => pair.Key < _state.Epoch).ToList();
        if (over.Count == 0) return;
        if (!_sessions.ContainsKey(_state.Epoch) && !Join()) return;
        foreach (var (epoch, _) in over.Where(pair => pair.Value == 0)) _sessions.Remove(epoch);
        var kept = _sessions.Keys.Order().FirstOrDefault(_state.Epoch);
        Ask(ledger => ledger.LeaveAsync(_writer, kept, CancellationToken.None));
    }

    /// <summary>Whoever was silent for longer than the lease may have been passed over: it begins again under another name.</summary>
    private void NoticeLoss()
    {
        if (_sessions.Count > 0 && _store.Clock.GetElapsedTime(_renewedAt) >= _store.Options.LeaseLength) Lose();
    }

    private void Lose()
    {
        _store.Log.LeaseLost(_store.Clock.GetElapsedTime(_renewedAt).TotalSeconds);
        _store.Metrics.LeaseLost();
        _losses++;
        _sessions.Clear();
        _writer = _ids.Hex32();
        // Not from here: those who write hold locks of their own while they ask for the writer's name.
        _ = Task.Run(() => Lost?.Invoke());
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(_store.Options.LeaseLength / 4, _store.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token)) await RenewOnceAsync();
        }
        catch (OperationCanceledException)
        {
            // The store is closed.
        }
    }

    private async Task RenewOnceAsync()
    {
        var writer = Writer;
        var asked = _store.Clock.GetTimestamp();
        var renewed = await _store.Ledger.RenewAsync(writer, _store.Options.LeaseLength, _stopping.Token);
        if (!renewed.TryGet(out var pulse, out var error))
        {
            _store.Log.LedgerFailed(error.Message);
            return;
        }

        try
        {
            lock (_lock)
            {
                if (writer == _writer && pulse.IsAlive) _renewedAt = asked;
                else if (writer == _writer) Lose();
                NoticeLoss();
                if (pulse.Revision != _revision) ReadState();
                LeaveEmptyEpochs();
            }
        }
        // The boundary of a background task: asked again in a quarter of a lease.
        catch (BucketException failure)
        {
            _store.Log.LedgerFailed(failure.Error.Message);
        }
    }

    private sealed class Collecting(BucketStore store, string writer) : IDisposable
    {
        public void Dispose()
        {
            var ended = store.Ledger.EndCollectAsync(writer, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (ended.Error is { } error) store.Log.LedgerFailed(error.Message);
        }
    }
}
