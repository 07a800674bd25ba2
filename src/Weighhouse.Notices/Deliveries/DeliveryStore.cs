using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Notices.Events;

namespace Weighhouse.Notices.Deliveries;

/// <param name="Attempts">How many there were before.</param>
internal sealed record DueDelivery(long Number, string Id, string Type, string EventJson, int Attempts);

/// <summary>The rows of deliveries and their attempts.</summary>
internal sealed class DeliveryStore(IdGenerator ids)
{
    private static readonly SqlText AddDelivery = NoticesSql.Catalog["AddDelivery"];
    private static readonly SqlText CountWaiting = NoticesSql.Catalog["CountWaiting"];
    private static readonly SqlText FindDueDelivery = NoticesSql.Catalog["FindDueDelivery"];
    private static readonly SqlText FindNextDue = NoticesSql.Catalog["FindNextDue"];
    private static readonly SqlText AddAttempt = NoticesSql.Catalog["AddAttempt"];
    private static readonly SqlText SettleDelivery = NoticesSql.Catalog["SettleDelivery"];
    private static readonly SqlText ListDeliveries = NoticesSql.Catalog["ListDeliveries"];
    private static readonly SqlText FindDelivery = NoticesSql.Catalog["FindDelivery"];
    private static readonly SqlText ListAttempts = NoticesSql.Catalog["ListAttempts"];
    private static readonly SqlText ListDeadSince = NoticesSql.Catalog["ListDeadSince"];
    private static readonly SqlText MarkReplayed = NoticesSql.Catalog["MarkReplayed"];

    public async ValueTask<long> CountWaitingAsync(DbSession session, long hook, int limit = int.MaxValue) =>
        await session.Prepare(CountWaiting).Bind("hook_no", hook).Bind("limit", (long)limit).LongAsync() ?? 0;

    public ValueTask<string> AddAsync(DbSession session, long hook, StoredEvent happened, bool isDead = false) => AddAsync(
        session, hook, happened.Draft.Type, $"{happened.Draft.SubjectKind}:{happened.Draft.SubjectName}", EventText.Of(happened), isDead);

    /// <returns>The delivery's id.</returns>
    public async ValueTask<string> AddAsync(
        DbSession session, long hook, string type, string subject, string eventJson, bool isDead = false)
    {
        var id = ids.Hex32();
        await session.Prepare(AddDelivery)
            .Bind("delivery_id", id)
            .Bind("hook_no", hook)
            .Bind("type", type)
            .Bind("subject", subject)
            .Bind("event_json", eventJson)
            .Bind("state", (long)(isDead ? DeliveryState.Dead : DeliveryState.Waiting))
            .ExecuteAsync();
        return id;
    }

    public static ValueTask<DueDelivery?> FindDueAsync(DbSession session, long hook) =>
        session.Prepare(FindDueDelivery).Bind("hook_no", hook).FirstAsync(static row => new DueDelivery(
            row.Long(0), row.Text(1), row.Text(2), row.Text(3), (int)row.Long(4)));

    /// <summary>How long until the next one is due, in milliseconds; null when none waits.</summary>
    public static ValueTask<long?> NextDueAsync(DbSession session, long hook) =>
        session.Prepare(FindNextDue).Bind("hook_no", hook).LongAsync();

    public static async ValueTask SettleAsync(
        DbSession session, long delivery, DeliveryAttempt attempt, DeliveryState state, TimeSpan delay)
    {
        await session.Prepare(AddAttempt)
            .Bind("delivery_no", delivery)
            .Bind("attempt", (long)attempt.Number)
            .Bind("duration_ms", attempt.DurationMs)
            .Bind("status", (long?)attempt.Status)
            .Bind("error", attempt.Error)
            .Bind("answer", attempt.Answer)
            .ExecuteAsync();
        await session.Prepare(SettleDelivery)
            .Bind("state", (long)state)
            .Bind("attempts", (long)attempt.Number)
            .Bind("delay_ms", (long)delay.TotalMilliseconds)
            .Bind("delivery_no", delivery)
            .ExecuteAsync();
    }

    public static ValueTask<List<(long Number, Delivery Delivery)>> ListAsync(DbSession session, long hook, long before, int limit) =>
        session.Prepare(ListDeliveries).Bind("hook_no", hook).Bind("before", before).Bind("limit", (long)limit).ListAsync(Read);

    public static async ValueTask<Delivery?> FindAsync(DbSession session, long hook, string id)
    {
        var (number, delivery) = await session.Prepare(FindDelivery).Bind("hook_no", hook).Bind("delivery_id", id).FirstAsync(Read);
        if (delivery is null) return null;
        var attempts = await session.Prepare(ListAttempts).Bind("delivery_no", number).ListAsync(static row => new DeliveryAttempt(
            (int)row.Long(0), row.Long(1), row.Long(2), (int?)row.LongOrNull(3), row.TextOrNull(4), row.TextOrNull(5)));
        return delivery with { Attempts = attempts };
    }

    /// <summary>Dead ones that nobody has told again.</summary>
    public static async ValueTask<List<Delivery>> ListDeadAsync(DbSession session, long hook, long sinceMs, int limit) =>
        [.. (await session.Prepare(ListDeadSince).Bind("hook_no", hook).Bind("since_ms", sinceMs).Bind("limit", (long)limit)
            .ListAsync(Read)).Select(static row => row.Delivery)];

    /// <summary>Makes it again, by another id; one that is dead is then no longer among those to be told again.</summary>
    public async ValueTask<string> ReplayAsync(DbSession session, long hook, Delivery old)
    {
        await session.Prepare(MarkReplayed).Bind("hook_no", hook).Bind("delivery_id", old.Id).ExecuteAsync();
        return await AddAsync(session, hook, old.Type, old.Subject, old.EventJson);
    }

    private static (long Number, Delivery Delivery) Read(DbRow row) => (row.Long(0), new Delivery(
        row.Text(1), row.Text(2), row.Text(3), row.Text(4), (DeliveryState)row.Long(5), (int)row.Long(6), row.Long(7), row.Long(8),
        row.Long(9), []));
}
