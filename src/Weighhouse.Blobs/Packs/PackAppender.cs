using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Planes;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>
/// Appends objects to the current pack of one kind. Adding copies into memory and never waits; a drain on the pool writes behind it.
/// Those who want their objects durable share the next section: however many wait, one fsync serves them.
/// </summary>
internal sealed class PackAppender(PackKind kind, StoreParts parts) : IDisposable
{
    /// <summary>Pieces in memory before <see cref="RoomAsync"/> makes others wait: 8 MiB keep a disk busy.</summary>
    private const int PiecesMax = 8;

    /// <summary>Bounds a footer to 3 MiB, and to 6 when every object has a base.</summary>
    private const int SectionEntriesMax = 1 << 16;

    private readonly Lock _lock = new();
    private readonly Queue<AppendStep> _steps = new();
    private readonly List<Section> _sealed = [];
    private OpenPack? _pack;
    private Section? _section;
    private Piece? _piece;
    private long _pieceOffset;
    private int _pieceLimit;
    private int _piecesQueued;
    private bool _isDraining;
    private TaskCompletionSource? _room;
    private Task _drain = Task.CompletedTask;

    /// <summary>Counts the failures; who began before one and has not been told durable cannot be sure of anything it added.</summary>
    public int Failures { get; private set; }

    public Error? LastFailure { get; private set; }

    /// <summary>
    /// Adds an object unless it is on its way already, or a pack has failed since the session began: what a lost session still sends
    /// would only fill what is left of the disk.
    /// </summary>
    /// <param name="failures">As it was when the session began.</param>
    public bool Append(Digest id, ObjectInfo info, ReadOnlySpan<byte> stored, int epoch, int failures)
    {
        Invariant.That(stored.Length == info.StoredBytes);
        lock (_lock)
        {
            if (failures != Failures || IsPendingLocked(id, epoch)) return false;
            var section = SectionFor(stored.Length, epoch);
            section.Add(new PackEntry(id, info, section.Pack.EndBytes, XorPlanes.BaseOf(info, stored)));
            Emit(section.Pack, stored);
            return true;
        }
    }

    /// <summary>Whether the object is on its way to a pack of this epoch: the next flush covers it.</summary>
    public bool IsPending(Digest id, int epoch)
    {
        lock (_lock) return IsPendingLocked(id, epoch);
    }

    /// <summary>Completes when everything added before is durable, or has failed.</summary>
    /// <param name="epoch">Of who asks: what sessions of other epochs have added is not theirs to wait for.</param>
    public Task<Result<Done>> FlushAsync(int epoch)
    {
        lock (_lock)
        {
            if (_section?.Pack.File.Epoch == epoch)
            {
                var waiting = _section.Wait();
                StartDrain();
                return waiting;
            }

            var last = _sealed.FindLast(section => section.Pack.File.Epoch == epoch);
            return last is not null ? last.Wait() : Task.FromResult(Done.Ok);
        }
    }

    /// <summary>Completes when the disk has caught up enough to take more. Ask before adding more than a few hundred kilobytes.</summary>
    public ValueTask RoomAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_piecesQueued < PiecesMax) return ValueTask.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(cancellation));
        }
    }

    /// <summary>Ends the current pack, so that what is added next goes to a new one.</summary>
    public void Roll()
    {
        lock (_lock) LeavePack();
    }

    public void Dispose()
    {
        _drain.GetAwaiter().GetResult();
        lock (_lock)
        {
            // What nobody asked to make durable was never promised.
            _pack?.Abandon();
            _pack?.Dispose();
            (_pack, _section) = (null, null);
            _piece?.Return();
            _piece = null;
        }
    }

    private bool IsPendingLocked(Digest id, int epoch)
    {
        if (_section is not null && _section.Pack.File.Epoch == epoch && _section.Holds(id)) return true;
        foreach (var section in _sealed)
        {
            if (section.Pack.File.Epoch == epoch && section.Holds(id)) return true;
        }

        return false;
    }

    private Section SectionFor(int length, int epoch)
    {
        if (_pack is not null)
        {
            var isFull = _pack.EndBytes + length > parts.Options.PackTargetBytes && _pack.EndBytes > PackHeader.Size;
            if (isFull || _pack.File.IsCondemned || _pack.File.IsGone || _pack.File.Epoch != epoch) LeavePack();
            else if (_section?.EntryCount >= SectionEntriesMax) SealSection();
        }

        _pack ??= parts.OpenPackFor(kind, epoch);
        if (_section is null)
        {
            var start = Math.Max(_pack.EndBytes, PackHeader.Size);
            _section = new Section(_pack, start);
            if (_pack.EndBytes == 0) Emit(_pack, PackHeader.Write(kind, _pack.File.Id, _pack.File.Epoch));
        }

        return _section;
    }

    /// <summary>Puts bytes at the end of the pack, in pieces that end on pages.</summary>
    private void Emit(OpenPack pack, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_piece is null)
            {
                _piece = Piece.Take();
                _piece.LengthBytes = 0;
                _pieceOffset = pack.EndBytes;
                _pieceLimit = Piece.CapacityBytes - (int)(pack.EndBytes % Piece.PageBytes);
            }

            var taken = Math.Min(bytes.Length, _pieceLimit - _piece.LengthBytes);
            bytes[..taken].CopyTo(_piece.Memory.Span[_piece.LengthBytes..]);
            _piece.LengthBytes += taken;
            pack.EndBytes += taken;
            bytes = bytes[taken..];
            if (_piece.LengthBytes == _pieceLimit) QueuePiece(pack);
        }
    }

    private void QueuePiece(OpenPack pack)
    {
        if (_piece is null) return;
        _steps.Enqueue(new AppendStep(pack, _piece, _pieceOffset, null, false));
        _piece = null;
        _piecesQueued++;
        StartDrain();
    }

    private void LeavePack()
    {
        if (_pack is null) return;
        if (_section is not null) SealSection(closes: true);
        else _steps.Enqueue(new AppendStep(_pack, null, 0, null, true));
        _pack = null;
        StartDrain();
    }

    private void SealSection(bool closes = false)
    {
        var section = _section!;
        var pack = section.Pack;
        var trailer = PackTrailer.Seal(pack.File.Id, section.Start, pack.PreviousTrailer, pack.EndBytes, section.Lines);
        Emit(pack, section.Lines);
        Emit(pack, trailer);
        QueuePiece(pack);
        section.End = pack.EndBytes;
        pack.PreviousTrailer = pack.EndBytes - PackTrailer.Size;
        _sealed.Add(section);
        _section = null;
        _steps.Enqueue(new AppendStep(pack, null, 0, section, closes));
        StartDrain();
    }

    private void StartDrain()
    {
        if (_isDraining) return;
        _isDraining = true;
        _drain = Task.Run(Drain);
    }

    private void Drain()
    {
        while (true)
        {
            AppendStep step;
            lock (_lock)
            {
                if (_steps.Count == 0 && _section?.Waiters is not null) SealSection();
                if (!_steps.TryDequeue(out step!))
                {
                    _isDraining = false;
                    return;
                }
            }

            try
            {
                Run(step);
            }
            // The boundary to the disk: every waiter is told what it says; a failure it cannot explain goes to them as it is.
            catch (Exception failure)
            {
                Fail(step, failure);
            }
        }
    }

    private void Run(AppendStep step)
    {
        if (step.Piece is { } piece)
        {
            step.Pack.Write(piece, step.Offset);
            lock (_lock) Written(piece);
        }

        if (step.Ends is { } section)
        {
            if (TrySync(step, section))
            {
                parts.Index.Add(step.Pack.File, section.Entries());
                step.Pack.File.SoundEnd = section.End;
            }

            lock (_lock)
            {
                _sealed.Remove(section);
                section.Dispose();
            }

            section.Waiters?.TrySetResult(Done.Ok);
        }

        if (step.Closes) step.Pack.Dispose();
    }

    /// <summary>False when the section is left away: the sessions that filled it have ended, and none of them wanted it kept.</summary>
    private bool TrySync(AppendStep step, Section section)
    {
        try
        {
            step.Pack.Sync(parts.Folder.Packs, section.End);
            return true;
        }
        catch (EpochOverException) when (step.Closes && section.Waiters is null)
        {
            return false;
        }
    }

    private void Written(Piece piece)
    {
        piece.Return();
        _piecesQueued--;
        if (_piecesQueued >= PiecesMax || _room is null) return;
        _room.TrySetResult();
        _room = null;
    }

    /// <summary>Nothing that is not durable by now will be: its memory is dropped, its packs are cut back, its waiters are told.</summary>
    private void Fail(AppendStep failed, Exception failure)
    {
        var error = parts.Explain(failure);
        List<Section> lost;
        lock (_lock)
        {
            _steps.Enqueue(failed);
            var packs = _steps.Select(step => step.Pack).Append(_pack).OfType<OpenPack>().Distinct().ToList();
            while (_steps.TryDequeue(out var step))
            {
                if (step.Piece is { } piece) Written(piece);
            }

            lost = [.. _sealed];
            if (_section is not null) lost.Add(_section);
            _sealed.Clear();
            (_pack, _section) = (null, null);
            _piece?.Return();
            _piece = null;
            foreach (var pack in packs)
            {
                pack.Abandon();
                pack.Dispose();
            }

            Failures++;
            LastFailure = error ?? new Error(
                ErrorCode.Unavailable, $"The store {parts.Home.Name} could not be written: {failure.Message}");
        }

        parts.WriteFailed(LastFailure, failure);
        foreach (var section in lost) section.Waiters?.TrySetResult(LastFailure);
    }
}

/// <summary>One thing for the drain to do: write a piece, then make a section durable, then close the pack.</summary>
internal sealed record AppendStep(OpenPack Pack, Piece? Piece, long Offset, Section? Ends, bool Closes);
