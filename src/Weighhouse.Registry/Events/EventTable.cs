using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Events;

/// <summary>Who changes something, and when.</summary>
internal readonly record struct Change(Principal Caller, long NowMs);

/// <summary>Writes events inside the unit of work that makes the change.</summary>
internal static class EventTable
{
    private static readonly SqlText AddEvent = RegistrySql.Catalog["AddEvent"];

    public static async ValueTask AddAsync(
        DbSession session, Change change, StoredModel model, long? version, string action, string? before, string? after) =>
        await session.Prepare(AddEvent)
            .Bind("model_no", model.Number)
            .Bind("model_name", model.Name)
            .Bind("version", version)
            .Bind("at_ms", change.NowMs)
            .Bind("actor", change.Caller.Name)
            .Bind("action", action)
            .Bind("before_json", before)
            .Bind("after_json", after)
            .ExecuteAsync();
}
