using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Notices.Deliveries;
using Weighhouse.Notices.Hooks;

namespace Weighhouse.Notices.Events;

/// <summary>
/// Puts events in one order and has each of them delivered to the hooks that ask for it. Runs alone: jobs of one kind and key run one after
/// another, on whichever replica.
/// </summary>
internal sealed class EventMatcher(
    IDatabase database, IJobQueue jobs, DeliveryStore deliveries, NoticesOptions options, TimeProvider time) : IJobHandler
{
    private static readonly SqlText LastStream = NoticesSql.Catalog["LastStream"];
    private static readonly SqlText PlaceEvent = NoticesSql.Catalog["PlaceEvent"];
    private static readonly SqlText PruneEvents = NoticesSql.Catalog["PruneEvents"];
    private static readonly SqlText PruneDeliveries = NoticesSql.Catalog["PruneDeliveries"];

    public string Kind => EventStore.MatchKind;

    public TimeSpan TimeLimit => TimeSpan.FromMinutes(2);

    public async ValueTask<Result<Done>> RunAsync(string payload, CancellationToken cancellation)
    {
        while (true)
        {
            var matched = await database.WriteAsync<int>(async session => await MatchAsync(session), cancellation);
            if (!matched.TryGet(out var count, out var error)) return error;
            if (count < options.MatchedAtOnce) return Done.Value;
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask<int> MatchAsync(DbSession session)
    {
        var events = await EventStore.ListWaitingAsync(session, options.MatchedAtOnce);
        if (events.Count == 0) return 0;
        var hooks = await HookStore.ListAsync(session, 0, options.HooksMax);
        var last = await session.Prepare(LastStream).LongAsync() ?? 0;
        var waiting = new Dictionary<long, long>();
        foreach (var one in events)
        {
            await session.Prepare(PlaceEvent).Bind("stream_no", ++last).Bind("event_no", one.Number).ExecuteAsync();
            foreach (var hook in hooks.Where(hook => HookRules.Asks(hook.Hook, one.Draft)))
            {
                if (!waiting.TryGetValue(hook.Number, out var count)) count = await deliveries.CountWaitingAsync(session, hook.Number);
                await deliveries.AddAsync(session, hook.Number, one, isDead: count >= options.WaitingMax);
                waiting[hook.Number] = count + 1;
            }
        }

        foreach (var hook in waiting.Keys) await DeliveryJob.EnqueueAsync(session, jobs, hook, null);
        var beforeMs = (time.GetUtcNow() - options.DeliveriesKept).ToUnixTimeMilliseconds();
        await session.Prepare(PruneEvents).Bind("before_ms", beforeMs).ExecuteAsync();
        await session.Prepare(PruneDeliveries).Bind("before_ms", beforeMs).ExecuteAsync();
        return events.Count;
    }
}
