using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Serving.Fleet;

namespace Weighhouse.Serving.Deployments;

/// <summary>What a change makes of a deployment.</summary>
internal sealed record NextState(Deployment Row)
{
    /// <summary>The event of the state it goes back to; null for a state that is new.</summary>
    public long? StateEvent { get; init; }

    /// <summary>The state that a rollback of this one leads to; null for the one before the change.</summary>
    public long? ParentEvent { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Writes changes of deployments, each with its event, and tells those who follow.</summary>
internal sealed class DeploymentWriter(IDatabase database, IAuditLog audit, TimeProvider time, Lazy<ServingFleet> fleet)
{
    private static readonly SqlText ChangeDeployment = ServingSql.Catalog["ChangeDeployment"];
    private static readonly SqlText AddEvent = ServingSql.Catalog["AddEvent"];
    private static readonly SqlText FindEvent = ServingSql.Catalog["FindEvent"];

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Changes the deployment of this name.</summary>
    /// <param name="change">In the change's own transaction.</param>
    public async ValueTask<Result<Deployment>> ChangeAsync(
        Principal caller,
        string name,
        string action,
        Func<DbSession, StoredDeployment, ValueTask<Result<NextState>>> change,
        CancellationToken cancellation)
    {
        string? before = null;
        var changed = await database.WriteAsync<Deployment>(
            async session =>
            {
                var found = await DeploymentStore.FindAsync(session, caller, name, Permission.Deploy);
                if (!found.TryGet(out var stored, out var error)) return error;
                if (!(await change(session, stored)).TryGet(out var next, out error)) return error;
                var now = NowMs;
                before = DeploymentStore.StateJson(stored.Deployment);
                var row = next.Row with { Revision = stored.Deployment.Revision + 1, UpdatedMs = now };
                var after = DeploymentStore.StateJson(row);
                var told = new ToldChange(action, before, after, next.ParentEvent ?? stored.StateEvent, next.Reason);
                var made = await TellAsync(session, stored with { Deployment = row }, caller, told);
                await WriteAsync(session, new StoredDeployment(stored.Number, next.StateEvent ?? made, row, null));
                return row;
            },
            cancellation);
        return await ToldAsync(caller, action, changed, before, cancellation);
    }

    /// <summary>The state that a rollback of the state leads to, and what this one is.</summary>
    public static async ValueTask<(long? Parent, DeploymentState State)> StateAsync(DbSession session, long number)
    {
        var (parent, json) = await session.Prepare(FindEvent).Bind("event_no", number)
            .FirstAsync(static row => (Parent: row.LongOrNull(0), Json: row.TextOrNull(1)));
        Invariant.That(json is not null);
        return (parent, DeploymentStore.State(json));
    }

    /// <summary>Writes an event; its number is the answer.</summary>
    public async ValueTask<long> TellAsync(DbSession session, StoredDeployment stored, Principal caller, ToldChange change)
    {
        var number = await session.Prepare(AddEvent)
            .Bind("deployment_no", stored.Number).Bind("parent_event_no", change.Parent).Bind("revision", stored.Deployment.Revision)
            .Bind("at_ms", NowMs).Bind("actor", caller.Name).Bind("action", change.Action)
            .Bind("before_json", change.Before).Bind("after_json", change.After).Bind("reason", change.Reason).LongAsync();
        Invariant.That(number is not null);
        return number.Value;
    }

    public async ValueTask WriteAsync(DbSession session, StoredDeployment stored) =>
        await session.Prepare(ChangeDeployment)
            .Bind("routes_json", DeploymentStore.Json(stored.Deployment.Routes))
            .Bind("batch_json", DeploymentStore.Json(stored.Deployment.Batch)).Bind("revision", stored.Deployment.Revision)
            .Bind("state_event_no", stored.StateEvent).Bind("is_loaded", stored.Deployment.IsLoaded).Bind("now_ms", NowMs)
            .Bind("deployment_no", stored.Number).ExecuteAsync();

    /// <summary>Wakes the fleet and writes the audit log, when the change was made.</summary>
    public async ValueTask<Result<Deployment>> ToldAsync(
        Principal caller, string action, Result<Deployment> changed, string? before, CancellationToken cancellation)
    {
        if (!changed.TryGet(out var row, out _)) return changed;
        fleet.Value.Wake();
        var after = action is "deployment.delete" ? null : DeploymentStore.StateJson(row);
        await audit.AppendAsync(new AuditEntry(caller.Name, action, $"deployment:{row.Name}", before, after), cancellation);
        return changed;
    }
}

/// <summary>A change as its event tells it.</summary>
/// <param name="Parent">The state that a rollback leads to; null for none.</param>
internal readonly record struct ToldChange(string Action, string? Before, string? After, long? Parent, string? Reason = null);
