using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Http.Egress;
using Weighhouse.Kernel;
using Weighhouse.Notices.Deliveries;
using Weighhouse.Notices.Events;
using Weighhouse.Notices.Secrets;

namespace Weighhouse.Notices.Hooks;

/// <summary>Hooks as those who administer a scope manage them.</summary>
internal sealed class HookService(
    IDatabase database, IEgress egress, SecretBox secrets, DeliveryStore deliveries, IJobQueue jobs, NoticesOptions options,
    TimeProvider time, IdGenerator ids, IAuditLog audit) : IHooks
{
    private const string TestType = "test";

    public async ValueTask<Result<Hook>> CreateAsync(Principal caller, NewHook hook, CancellationToken cancellation)
    {
        var nowMs = NowMs();
        var made = new Hook(
            ids.Hex32(), hook.Name, hook.Project ?? Scope.DefaultProject, hook.SubjectKind, hook.SubjectName, hook.Url, hook.Shape,
            hook.Types, hook.Secret is not null, hook.IsActive, caller.Name, nowMs, nowMs);
        if (caller.Refuse(Permission.Administer, made.Scope) is { } refusal) return refusal;
        if (HookRules.Problem(made, hook.Secret, egress, options) is { } problem) return problem;
        if (!Sealed(hook.Secret, made.Id).TryGet(out var secret, out var error)) return error;
        var written = await database.WriteAsync<Hook>(
            async session =>
            {
                if (HookRules.TooMany(made.Project, await HookStore.CountAsync(session, made.Project), options) is { } tooMany)
                    return tooMany;
                return await HookStore.AddAsync(session, made, secret.Bytes)
                    ? made
                    : Error.Exists($"There is a hook '{made.Name}' in project '{made.Project}' already.");
            },
            cancellation);
        if (!written.IsFailure) await AuditAsync(caller, "hook.create", made.Id, made);
        return written;
    }

    public async ValueTask<Result<Hook>> ChangeAsync(Principal caller, string id, HookChange change, CancellationToken cancellation)
    {
        if (!Sealed(change.Secret, id).TryGet(out var secret, out var error)) return error;
        var written = await WithHookAsync<Hook>(
            caller, id,
            async (session, stored) =>
            {
                var changed = stored.Hook with
                {
                    Url = change.Url ?? stored.Hook.Url, Shape = change.Shape ?? stored.Hook.Shape,
                    Types = change.Types ?? stored.Hook.Types,
                    IsActive = change.IsActive ?? stored.Hook.IsActive, IsSigned = stored.Hook.IsSigned || change.Secret is not null,
                    UpdatedMs = NowMs(),
                };
                if (HookRules.Problem(changed, change.Secret, egress, options) is { } problem) return problem;
                await HookStore.UpdateAsync(session, new StoredHook(stored.Number, changed, secret.Bytes ?? stored.Secret));
                // What waited while it was switched off goes on.
                if (changed.IsActive) await DeliveryJob.EnqueueAsync(session, jobs, stored.Number, null);
                return changed;
            },
            cancellation);
        if (written.TryGet(out var hook, out _)) await AuditAsync(caller, "hook.change", id, hook);
        return written;
    }

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, string id, CancellationToken cancellation)
    {
        var written = await WithHookAsync<Done>(
            caller, id,
            async (session, stored) =>
            {
                await HookStore.DeleteAsync(session, stored.Number, NowMs());
                return Done.Value;
            },
            cancellation);
        if (!written.IsFailure) await AuditAsync(caller, "hook.delete", id, after: (string?)null);
        return written;
    }

    public ValueTask<Result<Hook>> GetAsync(Principal caller, string id, CancellationToken cancellation) =>
        ReadAsync<Hook>(caller, id, static (_, stored) => new(stored.Hook), cancellation);

    public async ValueTask<Result<Page<Hook>>> ListAsync(Principal caller, PageRequest page, CancellationToken cancellation)
    {
        if (!After(page, "hooks", 0).TryGet(out var after, out var error)) return error;
        var size = Math.Clamp(page.Size, 1, options.PageMax);
        // All of them are few; those that the caller may not manage are passed over before the page is counted.
        var all = await database.ReadAsync(session => HookStore.ListAsync(session, after, options.HooksMax), cancellation);
        var allowed = all.Where(stored => caller.Can(Permission.Administer, stored.Hook.Scope)).Take(size + 1).ToList();
        var more = allowed.Count > size;
        return new Page<Hook>(
            [.. allowed.Take(size).Select(static stored => stored.Hook)],
            more ? PageToken.Encode("hooks", $"{allowed[size - 1].Number}") : null);
    }

    public async ValueTask<Result<Delivery>> TestAsync(Principal caller, string id, CancellationToken cancellation)
    {
        var made = await WithHookAsync<Delivery>(
            caller, id,
            async (session, stored) =>
            {
                if (HookRules.TooManyWaiting(await WaitingAsync(session, stored), options) is { } tooMany) return tooMany;
                var hook = stored.Hook;
                var draft = new EventDraft(TestType, hook.Project, "hook", hook.Name, caller.Name, NowMs(), "{}");
                var delivery = await deliveries.AddAsync(session, stored.Number, new StoredEvent(0, ids.Hex32(), draft));
                return await BegunAsync(session, stored, delivery);
            },
            cancellation);
        if (made.TryGet(out var test, out _)) await AuditAsync(caller, "hook.test", id, new ToldAgain(Delivery: test.Id));
        return made;
    }

    public ValueTask<Result<Page<Delivery>>> ListDeliveriesAsync(
        Principal caller, string id, PageRequest page, CancellationToken cancellation)
    {
        if (!After(page, id, long.MaxValue).TryGet(out var before, out var error)) return new(error);
        var size = Math.Clamp(page.Size, 1, options.PageMax);
        return ReadAsync<Page<Delivery>>(
            caller, id,
            async (session, stored) =>
            {
                var found = await DeliveryStore.ListAsync(session, stored.Number, before, size + 1);
                return new Page<Delivery>(
                    [.. found.Take(size).Select(static row => row.Delivery)],
                    found.Count > size ? PageToken.Encode(id, $"{found[size - 1].Number}") : null);
            },
            cancellation);
    }

    public ValueTask<Result<Delivery>> GetDeliveryAsync(Principal caller, string id, string deliveryId, CancellationToken cancellation) =>
        ReadAsync<Delivery>(
            caller, id,
            async (session, stored) => await DeliveryStore.FindAsync(session, stored.Number, deliveryId) is { } found
                ? found : NoDelivery(deliveryId),
            cancellation);

    public async ValueTask<Result<Delivery>> ReplayAsync(Principal caller, string id, string deliveryId, CancellationToken cancellation)
    {
        var made = await WithHookAsync<Delivery>(
            caller, id,
            async (session, stored) =>
            {
                if (await DeliveryStore.FindAsync(session, stored.Number, deliveryId) is not { } old) return NoDelivery(deliveryId);
                if (HookRules.TooManyWaiting(await WaitingAsync(session, stored), options) is { } tooMany) return tooMany;
                return await BegunAsync(session, stored, await deliveries.ReplayAsync(session, stored.Number, old));
            },
            cancellation);
        if (!made.IsFailure) await AuditAsync(caller, "hook.replay", id, new ToldAgain(Delivery: deliveryId));
        return made;
    }

    public async ValueTask<Result<Replayed>> ReplayDeadAsync(Principal caller, string id, long sinceMs, CancellationToken cancellation)
    {
        var made = await WithHookAsync<Replayed>(
            caller, id,
            async (session, stored) =>
            {
                var waiting = await WaitingAsync(session, stored);
                if (HookRules.TooManyWaiting(waiting, options) is { } tooMany) return tooMany;
                var count = (int)Math.Min(options.PageMax, options.WaitingMax - waiting);
                var dead = await DeliveryStore.ListDeadAsync(session, stored.Number, sinceMs, count + 1);
                foreach (var old in dead.Take(count)) await deliveries.ReplayAsync(session, stored.Number, old);
                await DeliveryJob.EnqueueAsync(session, jobs, stored.Number, null);
                return new Replayed(Math.Min(dead.Count, count), dead.Count > count);
            },
            cancellation);
        if (made.TryGet(out var replayed, out _)) await AuditAsync(caller, "hook.replay", id, new ToldAgain(Dead: replayed.Count));
        return made;
    }

    private static Error NoHook(string id) => Error.NotFound($"There is no hook '{id}': weigh hooks list");

    private static Error NoDelivery(string id) => Error.NotFound($"The hook has no delivery '{id}'.");

    private static Result<long> After(PageRequest page, string query, long first)
    {
        if (page.Token is null) return first;
        if (!PageToken.Decode(query, page.Token, 1).TryGet(out var values, out var error)) return error;
        return long.TryParse(values[0], out var number) ? number : Error.Invalid("The page token is not one of this list.", "page_token");
    }

    private ValueTask<long> WaitingAsync(DbSession session, StoredHook stored) =>
        deliveries.CountWaitingAsync(session, stored.Number, options.WaitingMax);

    private async ValueTask<Result<Delivery>> BegunAsync(DbSession session, StoredHook stored, string delivery)
    {
        await DeliveryJob.EnqueueAsync(session, jobs, stored.Number, null);
        return (await DeliveryStore.FindAsync(session, stored.Number, delivery))!;
    }

    /// <summary>Who may not manage a hook does not learn that there is one.</summary>
    private static async ValueTask<Result<StoredHook>> FindAsync(DbSession session, Principal caller, string id) =>
        await HookStore.FindAsync(session, id) is { } stored && caller.Can(Permission.Administer, stored.Hook.Scope) ? stored : NoHook(id);

    private ValueTask<Result<T>> WithHookAsync<T>(
        Principal caller, string id, Func<DbSession, StoredHook, ValueTask<Result<T>>> work, CancellationToken cancellation) =>
        database.WriteAsync<T>(
            async session =>
                (await FindAsync(session, caller, id)).TryGet(out var stored, out var error) ? await work(session, stored) : error,
            cancellation);

    private ValueTask<Result<T>> ReadAsync<T>(
        Principal caller, string id, Func<DbSession, StoredHook, ValueTask<Result<T>>> work, CancellationToken cancellation) =>
        database.ReadAsync<Result<T>>(
            async session =>
                (await FindAsync(session, caller, id)).TryGet(out var stored, out var error) ? await work(session, stored) : error,
            cancellation);

    private Result<SealedSecret> Sealed(string? secret, string id)
    {
        if (secret is null) return default(SealedSecret);
        return secrets.Problem is { } problem ? problem : new SealedSecret(secrets.Seal(secret, id, ids));
    }

    /// <summary>A hook carries what happens out of the house: who let it is answered for. The secret is no part of it.</summary>
    private ValueTask AuditAsync(Principal caller, string action, string id, Hook? after) => AuditAsync(
        caller, action, id, after is null ? null : JsonSerializer.Serialize(HookView.Of(Shown(after)), NoticesJson.Default.HookView));

    private ValueTask AuditAsync(Principal caller, string action, string id, ToldAgain told) =>
        AuditAsync(caller, action, id, JsonSerializer.Serialize(told, NoticesJson.Default.ToldAgain));

    // Whoever hangs up after the change was made is answered for, too.
    private ValueTask AuditAsync(Principal caller, string action, string id, string? after) =>
        audit.AppendAsync(new AuditEntry(caller.Name, action, $"hook:{id}", null, after), CancellationToken.None);

    /// <summary>A chat's address is its password: the audit log, which is for ever, gets only whose it is.</summary>
    private static Hook Shown(Hook hook) => hook with { Url = new Uri(hook.Url).GetLeftPart(UriPartial.Authority) };

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="Bytes">Null for none.</param>
    private readonly record struct SealedSecret(byte[]? Bytes);
}
