using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Events;

/// <summary>Who changes something, and when. All its events carry its id.</summary>
/// <param name="NowMs">No earlier than any event of the model, even where a clock was put back: history has one order.</param>
/// <param name="Undoes">The id of the change that this one takes back; null for none.</param>
internal sealed record Change(Principal Caller, long NowMs, string Id, string? Undoes = null);

/// <summary>Writes events inside the unit of work that makes the change.</summary>
internal static class EventTable
{
    private static readonly SqlText AddEvent = RegistrySql.Catalog["AddEvent"];
    private static readonly SqlText LastEventAt = RegistrySql.Catalog["LastEventAt"];

    public static async ValueTask<Change> BeginAsync(DbSession session, StoredModel model, Principal caller, long clockMs, string id)
    {
        var last = await session.Prepare(LastEventAt).Bind("model_no", model.Number).LongAsync();
        return new Change(caller, Math.Max(clockMs, last ?? 0), id);
    }

    public static async ValueTask AddAsync(
        DbSession session, Change change, StoredModel model, long? version, string action, string? before, string? after) =>
        await Bind(session.Prepare(AddEvent), change, model, version, action, before, after).ExecuteAsync();

    /// <summary>The same kind of thing, that happened to many versions at once.</summary>
    public static async ValueTask AddManyAsync<T>(
        DbSession session, Change change, StoredModel model, string action, IReadOnlyList<T> items,
        Func<T, (long Version, string? Before, string? After)> tell) =>
        await session.ExecuteManyAsync(AddEvent, items, (statement, item) =>
        {
            var (version, before, after) = tell(item);
            Bind(statement, change, model, version, action, before, after);
        });

    private static DbStatement Bind(
        DbStatement statement, Change change, StoredModel model, long? version, string action, string? before, string? after) =>
        statement
            .Bind("model_no", model.Number)
            .Bind("model_name", model.Name)
            .Bind("version", version)
            .Bind("at_ms", change.NowMs)
            .Bind("actor", change.Caller.Name)
            .Bind("action", action)
            .Bind("before_json", before)
            .Bind("after_json", after)
            .Bind("change_id", change.Id)
            .Bind("undoes", change.Undoes);
}
