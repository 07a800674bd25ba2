using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Stages;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Promotions;

internal sealed class PromotionService(
    IDatabase database, RegistryWriter writer, DemandsReader demands, FileRules files, StageMover mover, IAuditLog audit, TimeProvider time,
    RegistryOptions options) : IPromotions
{
    public async ValueTask<Result<PromotionRequest>> AskAsync(
        Principal caller, NewPromotionRequest request, CancellationToken cancellation)
    {
        if (CommentRules.RefuseEmpty(request.Reason, "reason", "reviewers want to know why.", options) is { } bad) return bad;
        if (!(await files.OfAsync(caller, request.Version, cancellation)).TryGet(out var rules, out var error)) return error;
        var asked = await writer.ChangeAsync<PromotionRequest>(
            caller,
            request.Version,
            (session, change, model, version) => AskAsync(session, change, model, version, rules, request),
            cancellation);
        await TellAsync(caller, asked, "request.open", request.Reason, cancellation);
        return asked;
    }

    public ValueTask<Result<PromotionRequest>> GetAsync(Principal caller, long number, CancellationToken cancellation) =>
        database.ReadAsync<Result<PromotionRequest>>(
            async session => (await FindAsync(session, caller, number)).TryGet(out var found, out var error) ? Shown(found) : error,
            cancellation);

    public ValueTask<Result<Page<PromotionRequest>>> ListAsync(
        Principal caller, RequestQuery query, CancellationToken cancellation)
    {
        if (query.Page.Size < 1 || query.Page.Size > options.GatePageMax)
            return new(Error.Invalid($"A page has 1 to {options.GatePageMax} requests; {query.Page.Size} were asked for.", "page_size"));
        var key = $"requests\n{query.Model}\n{query.State}";
        if (!Keyset.Before(key, query.Page.Token).TryGet(out var before, out var error)) return new(error);
        return database.ReadAsync(session => ListAsync(session, caller, query, key, before), cancellation);
    }

    public async ValueTask<Result<PromotionRequest>> ReviewAsync(
        Principal caller, long number, ReviewVerdict verdict, string comment, CancellationToken cancellation)
    {
        if (!Enum.IsDefined(verdict)) return Error.Invalid("verdict must be comment, approve or reject.", "verdict");
        if (CommentRules.Refuse(comment, "comment", options) is { } bad) return bad;
        if (verdict is not ReviewVerdict.Approve
            && CommentRules.RefuseEmpty(comment, "comment", "who asked wants to know why.", options) is { } empty) return empty;
        var needed = verdict is ReviewVerdict.Comment ? Permission.View : Permission.Approve;
        var reviewed = await ChangeAsync(
            caller, number, needed,
            (session, change, model, found, rules) => ReviewAsync(session, change, model, found, rules, verdict, comment),
            cancellation);
        await TellAsync(caller, reviewed, $"request.{Word(verdict)}", comment, cancellation);
        return reviewed;
    }

    public async ValueTask<Result<PromotionRequest>> WithdrawAsync(Principal caller, long number, CancellationToken cancellation)
    {
        var withdrawn = await ChangeAsync(
            caller, number, Permission.View,
            async (session, change, model, found, _) =>
            {
                if (caller.Name != found.Request.AskedBy
                    && caller.Refuse(Permission.Administer, ModelTable.ScopeOf(model)) is { } refusal) return refusal;
                await CloseAsync(session, change, model, found, RequestState.Withdrawn, "request.withdraw", null);
                return Done.Value;
            },
            cancellation);
        await TellAsync(caller, withdrawn, "request.withdraw", null, cancellation);
        return withdrawn;
    }

    public async ValueTask<Result<ModelVersion>> PromoteAsync(Principal caller, long number, CancellationToken cancellation)
    {
        if (!(await GetAsync(caller, number, cancellation)).TryGet(out var request, out var error)) return error;
        if (request.State is not RequestState.Open) return Closed(request);
        return await mover.MoveAsync(caller, request.Version, request.Stage, archiveExisting: null, cancellation);
    }

    public async ValueTask<Result<ModelVersion>> OverrideAsync(
        Principal caller, ModelVersionId id, string stage, bool? archiveExisting, string reason, CancellationToken cancellation) =>
        CommentRules.RefuseEmpty(reason, "reason", "an override has to be answered for.", options) is { } bad
            ? bad
            : await mover.OverrideAsync(caller, id, stage, archiveExisting, reason, cancellation);

    private async ValueTask<Result<PromotionRequest>> AskAsync(
        DbSession session, Change change, StoredModel model, StoredVersion version, VersionRules rules, NewPromotionRequest request)
    {
        if (rules.Refuse(version.Version) is { } changed) return changed;
        var stages = await StageTable.OfAsync(session, model.Project);
        if (!stages.Find(request.Stage).TryGet(out var stage, out var error)) return error;
        if (version.Version.Stage == stage.Name) return Error.Precondition($"Version {request.Version} is in {stage.Name} already.");
        if (request.ArchivesOthers is true && !stages.IsActive(stage))
            return Error.Invalid($"{stage.Name} is the first or the last stage: nothing is archived from it.", "archiveOthers");
        if (!(await demands.SourcesAsync(session, model, rules.Rules)).TryGet(out var sources, out error)) return error;
        var asked = Demands.Of(stage, stages.IsActive(stage) ? sources : RuleSources.None);
        foreach (var askers in asked.Askers)
        {
            if (askers.Contains(change.Caller.Name)) continue;
            return Error.Denied(
                $"'{change.Caller.Name}' may not ask that versions of '{model.Name}' enter {stage.Name}; {string.Join(", ", askers)} may.");
        }

        if (await RequestTable.OpenAsync(session, version.Number, stage.Name) is { } open)
        {
            if (open.StateAt(change.NowMs) is RequestState.Open)
                return Error.Exists($"Promotion request {open.Request.Number} asks for the same: {request.Version} to {stage.Name}.");
            await RequestTable.CloseAsync(session, open.Request.Number, RequestState.Expired, open.Request.AskedBy, open.Request.ExpiresMs);
        }

        var lifetimeMs = asked.ExpiresMs ?? (long)options.RequestLifetime.TotalMilliseconds;
        var made = new PromotionRequest(
            0, model.Project, version.Version.Id, version.Version.Stage, stage.Name, request.ArchivesOthers, request.Reason,
            change.Caller.Name, change.NowMs, change.NowMs + lifetimeMs, RequestState.Open, null, null, []);
        var number = await RequestTable.AddAsync(session, version, made);
        await EventAsync(session, change, model, made with { Number = number }, "request.open", request.Reason);
        return made with { Number = number };
    }

    private async ValueTask<Result<Done>> ReviewAsync(
        DbSession session, Change change, StoredModel model, StoredRequest found, VersionRules rules, ReviewVerdict verdict, string comment)
    {
        var request = found.Request;
        var stages = await StageTable.OfAsync(session, model.Project);
        if (!stages.Find(request.Stage).TryGet(out var stage, out var error)) return error;
        if (!(await demands.SourcesAsync(session, model, rules.Rules)).TryGet(out var sources, out error)) return error;
        var asked = Demands.Of(stage, sources);
        if (verdict is ReviewVerdict.Approve && Approvals.IsOwn(asked, found, change.Caller.Name))
        {
            return Error.Denied(
                $"'{change.Caller.Name}' asked for promotion request {request.Number} or made {request.Version}, and {stage.Name} asks for "
                + "four eyes: somebody else has to approve it.");
        }

        // Whoever looks may comment, and must not be able to keep others from deciding.
        var said = await RequestTable.CountReviewsAsync(session, request.Number);
        var saidMax = verdict is ReviewVerdict.Comment ? options.ReviewsMax : 2 * options.ReviewsMax;
        if (said >= saidMax)
        {
            return Error.Precondition(
                $"Promotion request {request.Number} has {said} reviews; the limit is {saidMax}. Withdraw it, and open another.");
        }

        await RequestTable.ReviewAsync(session, request.Number, new Review(change.Caller.Name, verdict, comment, change.NowMs));
        if (verdict is ReviewVerdict.Reject)
            await CloseAsync(session, change, model, found, RequestState.Rejected, "request.reject", comment);
        else await EventAsync(session, change, model, request, $"request.{Word(verdict)}", comment);
        return Done.Value;
    }

    private async ValueTask<Result<PromotionRequest>> ChangeAsync(
        Principal caller, long number, Permission needed,
        Func<DbSession, Change, StoredModel, StoredRequest, VersionRules, ValueTask<Result<Done>>> work, CancellationToken cancellation)
    {
        if (!(await GetAsync(caller, number, cancellation)).TryGet(out var known, out var error)) return error;
        if (!(await files.OfAsync(caller, known.Version, cancellation)).TryGet(out var rules, out error)) return error;
        return await writer.ChangeAsync<PromotionRequest>(
            caller,
            known.Version.Model,
            needed,
            async (session, change, model) =>
            {
                // Read anew: the model's lock is held now, so that all who change a request see what those before them did.
                if (!(await RequestTable.FindAsync(session, number)).TryGet(out var found, out var missing)) return missing;
                if (found.StateAt(change.NowMs) is not RequestState.Open) return Closed(Shown(found, change.NowMs));
                if ((await work(session, change, model, found, rules)).Error is { } refusal) return refusal;
                return (await RequestTable.FindAsync(session, number)).Map(static changed => changed.Request);
            },
            cancellation);
    }

    private async ValueTask<Result<StoredRequest>> FindAsync(DbSession session, Principal caller, long number)
    {
        if (!(await RequestTable.FindAsync(session, number)).TryGet(out var found, out var error)) return error;
        var scope = Scope.Model(found.Request.Project, found.Request.Version.Model);
        return caller.Refuse(Permission.View, scope) is { } refusal ? refusal : found;
    }

    private async ValueTask<Result<Page<PromotionRequest>>> ListAsync(
        DbSession session, Principal caller, RequestQuery query, string key, long before)
    {
        StoredModel? model = null;
        if (query.Model is { } name)
        {
            var known = await ModelTable.FindAsync(session, caller, name, Permission.View);
            if (!known.TryGet(out model, out var error)) return error;
        }

        var shown = new List<PromotionRequest>();
        for (var batch = 0; batch < options.RequestBatchesMax; batch++)
        {
            var found = await RequestTable.ListAsync(session, model, before, query.Page.Size);
            foreach (var stored in found)
            {
                before = stored.Request.Number;
                if (!caller.Can(Permission.View, Scope.Model(stored.Request.Project, stored.Request.Version.Model))) continue;
                var request = Shown(stored);
                if (query.State is { } state && request.State != state) continue;
                shown.Add(Shown(await RequestTable.LoadAsync(session, stored)));
                if (shown.Count == query.Page.Size) return new Page<PromotionRequest>(shown, Keyset.Token(key, before));
            }

            if (found.Count < query.Page.Size) return new Page<PromotionRequest>(shown, null);
        }

        return new Page<PromotionRequest>(shown, Keyset.Token(key, before));
    }

    private static async ValueTask CloseAsync(
        DbSession session, Change change, StoredModel model, StoredRequest found, RequestState state, string action, string? comment)
    {
        await RequestTable.CloseAsync(session, found.Request.Number, state, change.Caller.Name, change.NowMs);
        await EventAsync(session, change, model, found.Request, action, comment);
    }

    private static ValueTask EventAsync(
        DbSession session, Change change, StoredModel model, PromotionRequest request, string action, string? comment) =>
        EventTable.AddAsync(
            session, change, model, request.Version.Version, action, null,
            EventJson.Of(
                ("request", $"{request.Number}"), ("stage", request.Stage),
                ("comment", string.IsNullOrEmpty(comment) ? null : comment)));

    private async ValueTask TellAsync(
        Principal caller, Result<PromotionRequest> done, string action, string? comment, CancellationToken cancellation)
    {
        if (!done.TryGet(out var request, out _)) return;
        await audit.AppendAsync(
            new AuditEntry(
                caller.Name, $"model.{action}", $"model:{request.Version}",
                After: EventJson.Of(("request", $"{request.Number}"), ("stage", request.Stage), ("comment", comment))),
            cancellation);
    }

    private PromotionRequest Shown(StoredRequest found) => Shown(found, time.GetUtcNow().ToUnixTimeMilliseconds());

    private static PromotionRequest Shown(StoredRequest found, long nowMs) => found.Request with { State = found.StateAt(nowMs) };

    private static Error Closed(PromotionRequest request) => Error.Precondition(
        $"Promotion request {request.Number} is {Word(request.State)}. Open another.");

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
