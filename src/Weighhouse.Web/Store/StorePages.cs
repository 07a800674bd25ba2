using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Store;

/// <summary>What the store holds on disk, who takes how much of it, and its care. Administrators of the server only.</summary>
internal static class StorePages
{
    private const string Address = "/store";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Address, Policy.Administer, call => ShowAsync(call, null, null));
        routes.MapForm("/store/measure", Policy.Administer, MeasureAsync);
        routes.MapForm("/store/preview", Policy.Administer, PreviewAsync);
        routes.MapForm("/store/collect", Policy.Administer, CollectAsync);
        routes.MapForm("/store/undo", Policy.Administer, UndoAsync);
        routes.MapForm("/store/check", Policy.Administer, CheckAsync);
    }

    private static ValueTask<IResult> ShowAsync(PageCall call, CollectionReport? preview, StoreCheck? check)
    {
        if (Refuse(call) is { } refusal) return new(call.Fail(refusal));
        var read = call.Get<IObjectStore>().Care.Facts();
        return new(read.TryGet(out var facts, out var error)
            ? call.Show<StorePage>(
                PageHead.Of(call.Words["store"], Section.Data),
                new StoreModel(facts, call.Get<BlobsOptions>().CollectGrace, preview, check))
            : call.Fail(error));
    }

    private static async ValueTask<IResult> MeasureAsync(PageCall call)
    {
        if (Refuse(call) is { } refusal) return call.Fail(refusal);
        var measured = await call.Get<IObjectStore>().Care.MeasureAsync(Roots(call), call.Cancellation);
        return measured.Error is { } error ? call.Fail(error) : call.GoTo(Address, new Flash(FlashKind.Measured));
    }

    /// <summary>Only counts: so its answer is this page and no address.</summary>
    private static async ValueTask<IResult> PreviewAsync(PageCall call)
    {
        if (Refuse(call) is { } refusal) return call.Fail(refusal);
        var collected = await call.Get<IObjectStore>().Care.CollectAsync(Roots(call), Request(call, preview: true), call.Cancellation);
        return collected.TryGet(out var report, out var error) ? await ShowAsync(call, report, null) : call.Fail(error);
    }

    private static async ValueTask<IResult> CollectAsync(PageCall call)
    {
        if (Refuse(call) is { } refusal) return call.Fail(refusal);
        var collected = await call.Get<IObjectStore>().Care.CollectAsync(Roots(call), Request(call, preview: false), call.Cancellation);
        if (!collected.TryGet(out var report, out var error)) return call.Fail(error);
        await TellAsync(call, "store.collect");
        return call.GoTo(Address, new Flash(report.Phase switch
        {
            CollectionPhase.Condemned => FlashKind.Condemned,
            CollectionPhase.Deleted => FlashKind.Collected,
            _ => FlashKind.NothingCollected,
        }));
    }

    private static async ValueTask<IResult> UndoAsync(PageCall call)
    {
        if (Refuse(call) is { } refusal) return call.Fail(refusal);
        var undone = call.Get<IObjectStore>().Care.UndoCollection();
        if (undone.Error is { } error) return call.Fail(error);
        await TellAsync(call, "store.collect-undo");
        return call.GoTo(Address, new Flash(FlashKind.CollectionUndone));
    }

    private static async ValueTask<IResult> CheckAsync(PageCall call)
    {
        if (Refuse(call) is { } refusal) return call.Fail(refusal);
        var depth = call.Field("data").Length > 0 ? CheckDepth.Data : CheckDepth.Presence;
        var bytes = await call.Get<IObjectStore>().Care.CheckAsync(depth, call.Cancellation);
        var suspects = bytes.Damages.Select(static damage => damage.Id).OfType<Digest>().ToHashSet();
        var named = await call.Get<IGraphCheck>().CheckAsync(call.Caller, null, suspects, call.Cancellation);
        return named.TryGet(out var report, out var error)
            ? await ShowAsync(call, null, new StoreCheck(depth, bytes, report))
            : call.Fail(error);
    }

    private static IEnumerable<ILiveObjects> Roots(PageCall call) => call.Get<IEnumerable<ILiveObjects>>();

    private static CollectionRequest Request(PageCall call, bool preview) =>
        new(call.Get<BlobsOptions>().CollectGrace, Preview: preview);

    private static Error? Refuse(PageCall call) => call.Caller.Refuse(Permission.Administer, Scope.Server);

    private static ValueTask TellAsync(PageCall call, string action) =>
        call.Get<IAuditLog>().AppendAsync(new AuditEntry(call.Caller.Name, action, "store"), call.Cancellation);
}

/// <param name="Preview">What a step of the collection would do, where that was asked.</param>
public sealed record StoreModel(StoreFacts Facts, TimeSpan Grace, CollectionReport? Preview, StoreCheck? Check)
{
    public bool HasCondemned => Facts.Condemned.Packs > 0;

    public long TotalBytes => Facts.Data.Bytes + Facts.Meta.Bytes;

    /// <summary>When what is condemned may go; null while somebody still writes who began before.</summary>
    public DateTimeOffset? DeletableAt => Facts.Condemned.QuietAt is { } quiet ? quiet + Grace : null;
}

/// <summary>What a check found: in the packs, and by the names people know.</summary>
public sealed record StoreCheck(CheckDepth Depth, CheckReport Bytes, GraphCheckReport Named)
{
    public bool IsSound => Bytes.DamageCount == 0 && Named.Damages.Count == 0;
}
