using System.Collections.Concurrent;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>
/// Sends objects in packs, several at the same time. A pack that is cut goes on where the server says it stands; after the death of this
/// process the next push asks anew what is lacking, and what has arrived is not.
/// </summary>
internal sealed class PackSender(ServerDoor door, IObjectStore store, WorkProgress progress)
{
    private long _wireBytes;
    private long _objects;
    private long _storedBytes;

    /// <summary>What went over the wire, twice what was sent twice.</summary>
    public long WireBytes => Interlocked.Read(ref _wireBytes);

    public long Objects => Interlocked.Read(ref _objects);

    public long StoredBytes => Interlocked.Read(ref _storedBytes);

    public async ValueTask<Result<Done>> SendAsync(IReadOnlyList<Digest> ids, CancellationToken cancellation)
    {
        var packs = new ConcurrentQueue<IReadOnlyList<Digest>>();
        if (!Cut(ids, packs).TryGet(out var total, out var error)) return error;
        progress.Begin("sending", ids.Count, total, "objects");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var workers = new Task<Result<Done>>[Math.Min(ServerLimits.PacksAtOnce, packs.Count)];
        for (var i = 0; i < workers.Length; i++) workers[i] = WorkAsync(packs, stop);
        Error? refusal = null;
        foreach (var worker in workers) refusal ??= (await worker).Error;
        cancellation.ThrowIfCancellationRequested();
        return refusal is null ? Done.Value : refusal;
    }

    /// <summary>Packs of a length that lets as many go up at once as may; returns what they have together.</summary>
    private Result<long> Cut(IReadOnlyList<Digest> ids, ConcurrentQueue<IReadOnlyList<Digest>> packs)
    {
        var sizes = new int[ids.Count];
        long total = 0;
        for (var i = 0; i < ids.Count; i++)
        {
            if (store.Describe(ids[i]) is not { } info)
                return new Error(ErrorCode.Corrupted, $"The history here lacks {ids[i]}. Look for what it belongs to: weigh fsck");
            total += sizes[i] = info.Codec > ObjectCodec.Brotli ? info.RawBytes : info.StoredBytes;
        }

        var packBytes = Math.Clamp(total / ServerLimits.PacksAtOnce, ServerLimits.SentAtOnceBytes, ServerLimits.PackBytes);
        var (pack, length) = (new List<Digest>(), 0L);
        for (var i = 0; i < ids.Count; i++)
        {
            pack.Add(ids[i]);
            length += sizes[i];
            if (length < packBytes && i < ids.Count - 1) continue;
            packs.Enqueue(pack);
            (pack, length) = ([], 0);
        }

        Interlocked.Add(ref _objects, ids.Count);
        Interlocked.Add(ref _storedBytes, total);
        return total;
    }

    private async Task<Result<Done>> WorkAsync(ConcurrentQueue<IReadOnlyList<Digest>> packs, CancellationTokenSource stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && packs.TryDequeue(out var pack))
            {
                if ((await SendPackAsync(pack, stop.Token)).Error is not { } refusal) continue;
                // The others need not go on: the push has failed, and what they sent stays.
                await stop.CancelAsync();
                return refusal;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // One of the others says why, or whoever asked knows.
        }

        return Done.Value;
    }

    private async ValueTask<Result<Done>> SendPackAsync(IReadOnlyList<Digest> ids, CancellationToken cancellation)
    {
        var (name, attempts) = (door.NewPack(), door.NewAttempts());
        long place = 0;
        for (var next = 0; next < ids.Count;)
        {
            if (!OutgoingPart.Read(store, ids, next, place == 0).TryGet(out var part, out var error)) return error;
            var sent = await SendPartAsync(part, name, place, attempts, cancellation);
            if (!sent.TryGet(out var reached, out error)) return error;
            if (reached < place + part.LengthBytes)
            {
                // The server has forgotten the pack, and not what came of it: the rest makes another.
                (name, place) = (door.NewPack(), 0);
                continue;
            }

            place = reached;
            next += part.Count;
            progress.Did(part.Count, 0);
        }

        // Only tidies up: the server forgets it within a week anyway.
        await door.ForgetAsync(name, cancellation);
        return Done.Value;
    }

    /// <summary>Returns where the pack stands: behind the part, or before it where the server has forgotten the pack.</summary>
    private async ValueTask<Result<long>> SendPartAsync(
        OutgoingPart part, string name, long place, Attempts attempts, CancellationToken cancellation)
    {
        var stands = place;
        while (true)
        {
            var (sent, moved) = await RequestAsync(part.From(stands - place), name, stands, cancellation);
            var hasBroken = !moved.TryGet(out var reached, out var error);
            if (hasBroken)
            {
                if (!(await AskAgainAsync(name, error!, attempts, cancellation)).TryGet(out reached, out error)) return error;
                progress.Did(0, Math.Max(reached, place) - stands - sent);
            }

            if (reached < place) return reached;
            if (!part.IsPlace(reached - place))
                return ServerProblem.NotOurs(door.Address, $"a pack stands at {reached}, where no object ends");
            var hasMoved = reached > stands;
            if (hasMoved) attempts.Progressed();
            stands = reached;
            if (stands == place + part.LengthBytes) return stands;
            if (hasMoved || hasBroken) continue;
            if (!await attempts.AgainAsync(ServerProblem.Broken(door.Address, $"a pack stays at {stands} bytes"), cancellation))
                return ServerProblem.NotOurs(door.Address, $"it takes a part of a pack and stays at {stands} bytes");
        }
    }

    private async ValueTask<(long Sent, Result<long> Stands)> RequestAsync(
        ReadOnlyMemory<byte> bytes, string name, long stands, CancellationToken cancellation)
    {
        using var patience = door.NewPatience(cancellation);
        long sent = 0;
        using var content = new ToldContent(bytes, count =>
        {
            patience.Renew();
            sent += count;
            Interlocked.Add(ref _wireBytes, count);
            progress.Did(0, count);
        });
        var reached = await door.SendPackAsync(name, stands, content, patience);
        return (sent, reached);
    }

    /// <summary>Where the pack stands after a part went wrong; the error when asking again is no use.</summary>
    private async ValueTask<Result<long>> AskAgainAsync(string name, Error error, Attempts attempts, CancellationToken cancellation)
    {
        // The server may still hold the connection that broke, and have moved on by it.
        if (error.Code == ErrorCode.Conflict) error = error with { Code = ErrorCode.Unavailable };
        while (await attempts.AgainAsync(error, cancellation))
        {
            var asked = await door.StandsAsync(name, cancellation);
            if (asked.TryGet(out var stands, out var failure)) return stands;
            error = failure;
        }

        return error;
    }
}
