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
        var packs = new ConcurrentQueue<OutgoingPack>();
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
    private Result<long> Cut(IReadOnlyList<Digest> ids, ConcurrentQueue<OutgoingPack> packs)
    {
        var sizes = new int[ids.Count];
        long total = 0;
        for (var i = 0; i < ids.Count; i++)
        {
            if (store.Describe(ids[i]) is not { } info)
                return new Error(ErrorCode.Corrupted, $"The history here lacks {ids[i]}. Look for what it belongs to: weigh fsck");
            total += sizes[i] = info.StoredBytes;
        }

        var packBytes = Math.Clamp(total / ServerLimits.PacksAtOnce, ServerLimits.SentAtOnceBytes, ServerLimits.PackBytes);
        var pack = new OutgoingPack();
        for (var i = 0; i < ids.Count; i++)
        {
            pack.Add(ids[i], sizes[i]);
            if (pack.LengthBytes < packBytes && i < ids.Count - 1) continue;
            packs.Enqueue(pack);
            pack = new OutgoingPack();
        }

        Interlocked.Add(ref _objects, ids.Count);
        Interlocked.Add(ref _storedBytes, total);
        return packs.Sum(static pack => pack.LengthBytes);
    }

    private async Task<Result<Done>> WorkAsync(ConcurrentQueue<OutgoingPack> packs, CancellationTokenSource stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && packs.TryDequeue(out var pack))
            {
                if ((await SendAsync(pack, stop.Token)).Error is not { } refusal) continue;
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

    private async ValueTask<Result<Done>> SendAsync(OutgoingPack pack, CancellationToken cancellation)
    {
        var (name, attempts) = (door.NewPack(), door.NewAttempts());
        long stands = 0;
        while (stands < pack.LengthBytes)
        {
            if (pack.IndexAt(stands) is not { } from)
                return ServerProblem.NotOurs(door.Address, $"a pack stands at {stands}, within an object");
            var count = pack.CountFor(from, stands, ServerLimits.SentAtOnceBytes);
            var (sent, moved) = await PartAsync(pack, name, from, count, stands, cancellation);
            if (moved.TryGet(out var reached, out var error) && reached > stands)
            {
                stands = reached;
                attempts.Progressed();
                continue;
            }

            var again = await AskAgainAsync(name, error ?? NoProgress(stands), attempts, cancellation);
            if (!again.TryGet(out reached, out error)) return error;
            progress.Did(0, reached - stands - sent);
            if (reached > stands) attempts.Progressed();
            stands = reached;
        }

        progress.Did(pack.Count, 0);
        // Only tidies up: the server forgets it within a week anyway.
        await door.ForgetAsync(name, cancellation);
        return Done.Value;
    }

    private async ValueTask<(long Sent, Result<long> Stands)> PartAsync(
        OutgoingPack pack, string name, int from, int count, long stands, CancellationToken cancellation)
    {
        using var patience = door.NewPatience(cancellation);
        long sent = 0;
        using var content = new PackContent(store, pack, from, count, stands, bytes =>
        {
            patience.Renew();
            sent += bytes;
            Interlocked.Add(ref _wireBytes, bytes);
            progress.Did(0, bytes);
        });
        var reached = await door.SendPackAsync(name, stands, content, patience);
        return (sent, content.Failure is { } damage ? damage : reached);
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

    private Error NoProgress(long stands) => ServerProblem.Broken(door.Address, $"a pack does not get past {stands} bytes");
}
