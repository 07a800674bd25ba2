using System.Collections.Concurrent;
using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>
/// Brings what a plan names and this store lacks, several parts at the same time, chunks before what refers to them. Each object is held
/// against its id as it comes; what has arrived stays, and the next attempt asks for the rest.
/// </summary>
internal sealed class PackFetcher(ServerDoor door, IObjectStore store, WorkProgress progress)
{
    private long _objects;
    private long _storedBytes;
    private long _wireBytes;

    public long Objects => Interlocked.Read(ref _objects);

    public long StoredBytes => Interlocked.Read(ref _storedBytes);

    public long WireBytes => Interlocked.Read(ref _wireBytes);

    public int Rounds { get; private set; }

    /// <summary>Returns the commits of the plan, parents before children.</summary>
    public async ValueTask<Result<List<Digest>>> FetchAsync(PlanRequest question, CancellationToken cancellation)
    {
        Rounds++;
        progress.Begin("comparing", 0, 0, "objects");
        using var guard = store.BeginWrite();
        if (!(await PlanAsync(question, guard, cancellation)).TryGet(out var plan, out var error)) return error;
        progress.Begin("fetching", plan.LackingCount, plan.LackingBytes, "objects");
        foreach (var stage in plan.Parts.GroupBy(static part => part.Kind))
        {
            // Nodes of folders refer to each other, and so do commits: those come one after the other.
            var workers = stage.Key is ObjectKind.Chunk or ObjectKind.Recipe ? ServerLimits.PacksAtOnce : 1;
            if ((await FetchAsync(question, [.. stage], workers, cancellation)).Error is { } refusal) return refusal;
        }

        return plan.Commits;
    }

    private async ValueTask<Result<IncomingPlan>> PlanAsync(PlanRequest question, IObjectWriter guard, CancellationToken cancellation)
    {
        var attempts = door.NewAttempts();
        while (true)
        {
            using var patience = door.NewPatience(cancellation);
            var plan = new IncomingPlan(guard);
            var opened = await door.OpenAsync("/plan", question, patience);
            if (opened.TryGet(out var answer, out var error))
            {
                using (answer)
                {
                    var read = await door.GuardAsync(() => ReadAsync(answer, plan, patience), patience);
                    if (!read.TryGet(out var mistake, out error)) mistake = null;
                    if (mistake is not null) return ServerProblem.NotOurs(door.Address, mistake);
                    if (error is null) return plan;
                }
            }

            if (!await attempts.AgainAsync(error, cancellation)) return error;
        }
    }

    private static async Task<string?> ReadAsync(HttpResponseMessage answer, IncomingPlan plan, Patience patience)
    {
        var pipe = PipeReader.Create(await answer.Content.ReadAsStreamAsync(patience.Token));
        while (true)
        {
            var read = await pipe.ReadAsync(patience.Token);
            patience.Renew();
            var rest = read.Buffer;
            if (plan.Take(ref rest) is { } mistake) return mistake;
            pipe.AdvanceTo(rest.Start, rest.End);
            if (!read.IsCompleted) continue;
            plan.Close();
            return rest.IsEmpty ? null : "a plan ends within an entry";
        }
    }

    private async ValueTask<Result<Done>> FetchAsync(
        PlanRequest question, IReadOnlyList<IncomingPart> parts, int workers, CancellationToken cancellation)
    {
        var waiting = new ConcurrentQueue<IncomingPart>(parts);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var working = new Task<Result<Done>>[Math.Min(workers, parts.Count)];
        for (var i = 0; i < working.Length; i++) working[i] = WorkAsync(question, waiting, stop);
        Error? refusal = null;
        foreach (var worker in working) refusal ??= (await worker).Error;
        cancellation.ThrowIfCancellationRequested();
        return refusal is null ? Done.Value : refusal;
    }

    private async Task<Result<Done>> WorkAsync(
        PlanRequest question, ConcurrentQueue<IncomingPart> waiting, CancellationTokenSource stop)
    {
        using var writer = store.BeginWrite();
        Result<Done> fetched = Done.Value;
        try
        {
            while (!fetched.IsFailure && !stop.IsCancellationRequested && waiting.TryDequeue(out var part))
            {
                fetched = await FetchAsync(question, part, writer, stop.Token);
                if (!fetched.IsFailure) fetched = await writer.CommitAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // One of the others says why, or whoever asked knows.
        }

        if (!fetched.IsFailure && !stop.IsCancellationRequested) return fetched;
        await stop.CancelAsync();
        var kept = await writer.CommitAsync(CancellationToken.None);
        return fetched.IsFailure ? fetched : kept;
    }

    private async ValueTask<Result<Done>> FetchAsync(
        PlanRequest question, IncomingPart part, IObjectWriter writer, CancellationToken cancellation)
    {
        var attempts = door.NewAttempts();
        while (part.Left > 0)
        {
            using var patience = door.NewPatience(cancellation);
            var before = part.Left;
            var opened = await door.OpenAsync(
                $"/fetch?from={part.From}&count={part.Count}", question with { Lacking = Convert.ToBase64String(part.Bits()) }, patience);
            if (opened.TryGet(out var answer, out var error))
            {
                using (answer)
                {
                    var read = await door.GuardAsync(() => ReceiveAsync(answer, part, writer, patience), patience);
                    if (read.TryGet(out var refusal, out error))
                    {
                        if (refusal is not null) return refusal;
                        if (part.Left > 0) error = ServerProblem.Broken(door.Address, $"a part ended with {part.Left} objects to come");
                    }
                }
            }

            if (part.Left < before) attempts.Progressed();
            if (error is not null && !await attempts.AgainAsync(error, cancellation)) return error;
        }

        return Done.Value;
    }

    private async Task<Error?> ReceiveAsync(HttpResponseMessage answer, IncomingPart part, IObjectWriter writer, Patience patience)
    {
        var incoming = new IncomingPack(part, writer);
        var pipe = PipeReader.Create(await answer.Content.ReadAsStreamAsync(patience.Token));
        while (true)
        {
            var read = await pipe.ReadAsync(patience.Token);
            patience.Renew();
            var rest = read.Buffer;
            var taken = incoming.Take(ref rest);
            Interlocked.Add(ref _wireBytes, taken.WireBytes);
            Interlocked.Add(ref _objects, taken.Objects);
            Interlocked.Add(ref _storedBytes, taken.StoredBytes);
            progress.Did(taken.Objects, taken.StoredBytes);
            if (taken.Refusal is { } refusal) return refusal;
            pipe.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted) return null;
        }
    }
}
