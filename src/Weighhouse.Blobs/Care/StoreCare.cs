using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Repack;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>Collection and checking of one open store, one collection at a time over all processes.</summary>
internal sealed class StoreCare(
    StoreParts parts, ObjectReader objects, FileReader files, StoreRefresh refresh, IEpochs epochs, Func<ObjectWriter> beginSession)
    : IStoreCare
{
    private readonly CareReport _report = new(parts.Folder);

    public async ValueTask<Result<CollectionReport>> CollectAsync(
        IEnumerable<ILiveObjects> roots, CollectionRequest request, CancellationToken cancellation)
    {
        using var only = epochs.TryCollect();
        if (only is null) return Busy();
        try
        {
            var step = await new Collection(parts, objects, refresh, epochs, beginSession).StepAsync([.. roots], request, cancellation);
            if (!request.Preview && step.TryGet(out var report, out _)) _report.Write(new CollectionStep(parts.Clock.GetUtcNow(), report));
            return step;
        }
        catch (MarkingException stopped)
        {
            return stopped.Error;
        }
        // The boundary to the disk: what it is known to refuse becomes an error.
        catch (Exception failure) when (parts.Explain(failure) is not null)
        {
            return parts.Explain(failure)!;
        }
    }

    public Result<Done> UndoCollection()
    {
        using var only = epochs.TryCollect();
        if (only is null) return Busy();
        var state = epochs.Current();
        if (!state.IsPending) return Error.Precondition("No pack is condemned: there is nothing to take back.");
        epochs.Write(state with { QuietAt = null, Packs = [] });
        return Done.Ok;
    }

    public async ValueTask<Result<RepackReport>> RepackAsync(
        IEnumerable<IRepackHints> hints, RepackRequest request, Action<RepackReport>? progress, CancellationToken cancellation)
    {
        Invariant.That(request.Threads > 0 && request.BytesPerSecondMax >= 0);
        using var only = epochs.TryCollect();
        if (only is null) return Busy();
        try
        {
            epochs.Current();
            refresh.Run();
            using var session = beginSession();
            return await new RepackRun(parts, objects, files, session, request, progress).RunAsync([.. hints], cancellation);
        }
        // The boundary to the disk: what it is known to refuse becomes an error.
        catch (Exception failure) when (parts.Explain(failure) is not null)
        {
            return parts.Explain(failure)!;
        }
    }

    public async ValueTask<CheckReport> CheckAsync(CheckDepth depth, CancellationToken cancellation)
    {
        epochs.Current();
        refresh.Run();
        // Reading terabytes takes hours: on a thread of its own, not on one that answers requests.
        return await Task.Factory.StartNew(
            () => new StoreCheck(parts, objects).Run(depth, cancellation),
            cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    public Result<int> Quarantine(IReadOnlyCollection<Damage> damages)
    {
        using var only = epochs.TryCollect();
        if (only is null) return Busy();
        try
        {
            return new PackQuarantine(parts, epochs).Run(damages);
        }
        // The boundary to the disk: what it is known to refuse becomes an error.
        catch (Exception failure) when (parts.Explain(failure) is not null)
        {
            return parts.Explain(failure)!;
        }
    }

    public Result<StoreFacts> Facts()
    {
        try
        {
            var state = epochs.Current();
            return new StoreFactsReading(parts).Read(state, _report.Read());
        }
        // The boundary to the disk: what it is known to refuse becomes an error.
        catch (Exception failure) when (parts.Explain(failure) is not null)
        {
            return parts.Explain(failure)!;
        }
    }

    public async ValueTask<Result<StoreUsage>> MeasureAsync(IEnumerable<ILiveObjects> roots, CancellationToken cancellation)
    {
        try
        {
            epochs.Current();
            refresh.Run();
            using var marks = new UsageMarks(parts, objects);
            foreach (var root in roots) await root.NameAsync(marks, cancellation);
            var usage = marks.Usage(parts.Clock.GetUtcNow(), parts.Packs.All.Sum(pack => pack.SoundEnd));
            _report.Write(usage);
            return usage;
        }
        catch (MarkingException stopped)
        {
            return stopped.Error;
        }
        catch (Exception failure) when (parts.Explain(failure) is not null)
        {
            return parts.Explain(failure)!;
        }
    }

    private static Error Busy() => Error.Conflict("Another process collects or repacks this store. Wait until it has finished.");
}
