using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Events;

/// <summary>Runs changes of one model: found, allowed, and alone with it until they are done.</summary>
internal sealed class RegistryWriter(IDatabase database, TimeProvider time, IdGenerator ids, RegistryNotices notices)
{
    public ValueTask<Result<T>> ChangeAsync<T>(
        Principal caller, string model, Func<DbSession, Change, StoredModel, ValueTask<Result<T>>> work, CancellationToken cancellation) =>
        ChangeAsync(caller, model, Permission.Contribute, work, cancellation);

    /// <param name="needed">What the caller must be allowed on the model.</param>
    public ValueTask<Result<T>> ChangeAsync<T>(
        Principal caller, string model, Permission needed, Func<DbSession, Change, StoredModel, ValueTask<Result<T>>> work,
        CancellationToken cancellation)
    {
        var id = ids.Hex32();
        return database.WriteAsync<T>(
            async session =>
            {
                var found = await ModelTable.FindForChangeAsync(session, caller, model, needed);
                if (!found.TryGet(out var stored, out var error)) return error;
                var change = await EventTable.BeginAsync(session, stored, caller, NowMs(), id);
                var done = await work(session, change, stored);
                if (!done.IsFailure) await notices.PublishAsync(session, change, stored);
                return done;
            },
            cancellation);
    }

    public ValueTask<Result<T>> ChangeAsync<T>(
        Principal caller,
        ModelVersionId version,
        Func<DbSession, Change, StoredModel, StoredVersion, ValueTask<Result<T>>> work,
        CancellationToken cancellation) =>
        ChangeAsync<T>(
            caller,
            version.Model,
            async (session, change, model) =>
                (await VersionTable.FindAsync(session, model, version.Version)).TryGet(out var found, out var error)
                    ? await work(session, change, model, found)
                    : error,
            cancellation);

    /// <summary>For what there is no model of yet.</summary>
    public Change First(Principal caller) => new(caller, NowMs(), ids.Hex32());

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
