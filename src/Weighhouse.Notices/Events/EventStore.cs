using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Notices.Events;

/// <summary>An event as it is kept.</summary>
internal sealed record StoredEvent(long Number, string Id, EventDraft Draft);

/// <summary>Keeps events in the transaction of what they tell of, and has them matched.</summary>
internal sealed class EventStore(IJobQueue jobs, IdGenerator ids) : IEvents
{
    /// <summary>One job matches whatever waits; while it waits itself, another is not added.</summary>
    public const string MatchKind = "notices.match";

    private static readonly SqlText AddEvent = NoticesSql.Catalog["AddEvent"];
    private static readonly SqlText ListWaitingEvents = NoticesSql.Catalog["ListWaitingEvents"];

    public async ValueTask PublishAsync(DbSession session, EventDraft draft)
    {
        await session.Prepare(AddEvent)
            .Bind("event_id", ids.Hex32())
            .Bind("type", draft.Type)
            .Bind("project", draft.Project)
            .Bind("subject_kind", draft.SubjectKind)
            .Bind("subject_name", draft.SubjectName)
            .Bind("actor", draft.Actor)
            .Bind("at_ms", draft.AtMs)
            .Bind("data_json", draft.DataJson)
            .ExecuteAsync();
        await jobs.EnqueueAsync(session, MatchKind, "", MatchKind);
    }

    public static ValueTask<List<StoredEvent>> ListWaitingAsync(DbSession session, int limit) =>
        session.Prepare(ListWaitingEvents).Bind("limit", (long)limit).ListAsync(static row => new StoredEvent(
            row.Long(0), row.Text(1),
            new EventDraft(row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.Long(7), row.Text(8))));
}
