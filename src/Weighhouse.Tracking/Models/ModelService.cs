using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Runs;
using Weighhouse.Tracking.Search;
using Weighhouse.Tracking.Tags;

namespace Weighhouse.Tracking.Models;

internal sealed class ModelService(
    IDatabase database, IdGenerator chance, TimeProvider time, TrackingOptions options, ModelFinder finder) : ILoggedModels
{
    private static readonly SqlText AddModel = TrackingSql.Catalog["AddModel"];
    private static readonly SqlText SetModelStatus = TrackingSql.Catalog["SetModelStatus"];
    private static readonly SqlText DeleteModel = TrackingSql.Catalog["DeleteModel"];
    private static readonly SqlText SetModelTag = TrackingSql.Catalog["SetModelTag"];
    private static readonly SqlText DeleteModelTag = TrackingSql.Catalog["DeleteModelTag"];
    private static readonly SqlText AddModelParam = TrackingSql.Catalog["AddModelParam"];

    public async ValueTask<Result<LoggedModel>> CreateAsync(Principal caller, NewLoggedModel model, CancellationToken cancellation)
    {
        if (ModelRules.Refuse(model, options) is { } refusal) return refusal;
        if (!ModelRules.Check(model.Params ?? [], options).TryGet(out var parameters, out var error)) return error;
        if (!TagWriter.Check(model.Tags ?? [], options).TryGet(out var tags, out error)) return error;
        var id = new LoggedModelId($"m-{chance.Hex32()}");
        var name = model.Name ?? RunNames.Next(chance);
        return await database.WriteAsync<LoggedModel>(
            async session =>
            {
                var found = await ExperimentTable.FindActiveAsync(session, caller, model.Experiment);
                if (!found.TryGet(out var experiment, out var problem)) return problem;
                var number = await session.Prepare(AddModel)
                    .Bind("model_id", id.Text).Bind("experiment_no", experiment.Id.Number).Bind("name", name)
                    .Bind("artifact_uri", $"{experiment.ArtifactLocation.TrimEnd('/')}/models/{id}/artifacts")
                    .Bind("status", (long)LoggedModelStatus.Pending).Bind("model_type", model.ModelType ?? "")
                    .Bind("source_run_id", model.SourceRun?.Text).Bind("now_ms", NowMs()).LongAsync();
                Invariant.That(number is not null);
                if (await AddParamsAsync(session, number.Value, id, parameters) is { } badParam) return badParam;
                await SetTagsAsync(session, number.Value, tags);
                return await ModelTable.LoadAsync(session, number.Value);
            },
            cancellation);
    }

    public ValueTask<Result<LoggedModel>> GetAsync(Principal caller, LoggedModelId id, CancellationToken cancellation) =>
        database.ReadAsync<Result<LoggedModel>>(
            async session =>
            {
                var found = await ModelTable.FindAsync(session, caller, id, Permission.View);
                return found.TryGet(out var handle, out var error) ? await ModelTable.LoadAsync(session, handle.ModelNo) : error;
            },
            cancellation);

    public ValueTask<Result<LoggedModel>> FinalizeAsync(
        Principal caller, LoggedModelId id, LoggedModelStatus status, CancellationToken cancellation)
    {
        if (!Enum.IsDefined(status)) return new(Error.Invalid($"Unknown model status: {(int)status}", "status"));
        return WriteAsync(
            caller,
            id,
            async (session, modelNo) =>
            {
                await session.Prepare(SetModelStatus)
                    .Bind("status", (long)status).Bind("now_ms", NowMs()).Bind("model_no", modelNo).ExecuteAsync();
                return Succeed(await ModelTable.LoadAsync(session, modelNo));
            },
            cancellation);
    }

    public ValueTask<Result<Done>> DeleteAsync(Principal caller, LoggedModelId id, CancellationToken cancellation) => WriteAsync(
        caller,
        id,
        async (session, modelNo) =>
        {
            await session.Prepare(DeleteModel).Bind("now_ms", NowMs()).Bind("model_no", modelNo).ExecuteAsync();
            return Done.Ok;
        },
        cancellation);

    public ValueTask<Result<LoggedModel>> SetTagsAsync(
        Principal caller, LoggedModelId id, IReadOnlyList<Tag> tags, CancellationToken cancellation)
    {
        if (!TagWriter.Check(tags, options).TryGet(out var kept, out var error)) return new(error);
        return WriteAsync(
            caller,
            id,
            async (session, modelNo) =>
            {
                await SetTagsAsync(session, modelNo, kept);
                return Succeed(await ModelTable.LoadAsync(session, modelNo));
            },
            cancellation);
    }

    public ValueTask<Result<Done>> DeleteTagAsync(Principal caller, LoggedModelId id, string key, CancellationToken cancellation)
    {
        if (PlainText.Refuse(key, "key") is { } unfit) return new(unfit);
        return WriteAsync<Done>(
            caller,
            id,
            async (session, modelNo) =>
                await session.Prepare(DeleteModelTag).Bind("model_no", modelNo).Bind("key", key).ExecuteAsync() > 0
                    ? Done.Value
                    : Error.NotFound($"No tag with key '{key}' found for model with ID '{id}'."),
            cancellation);
    }

    public ValueTask<Result<Done>> LogParamsAsync(
        Principal caller, LoggedModelId id, IReadOnlyList<Param> parameters, CancellationToken cancellation)
    {
        if (parameters.Count > options.BatchTotalMax)
            return new(
                Error.Invalid($"A call logs at most {options.BatchTotalMax} params; got {parameters.Count}. Split it up.", "params"));
        if (!ModelRules.Check(parameters, options).TryGet(out var kept, out var error)) return new(error);
        return WriteAsync<Done>(
            caller,
            id,
            async (session, modelNo) => await AddParamsAsync(session, modelNo, id, kept) is { } changed ? changed : Done.Value,
            cancellation);
    }

    public ValueTask<Result<Page<LoggedModel>>> SearchAsync(Principal caller, LoggedModelSearch search, CancellationToken cancellation) =>
        finder.FindAsync(caller, search, cancellation);

    private ValueTask<Result<T>> WriteAsync<T>(
        Principal caller, LoggedModelId id, Func<DbSession, long, ValueTask<Result<T>>> write, CancellationToken cancellation) =>
        database.WriteAsync<T>(
            async session =>
            {
                var found = await ModelTable.FindAsync(session, caller, id, Permission.Contribute);
                return found.TryGet(out var handle, out var error) ? await write(session, handle.ModelNo) : error;
            },
            cancellation);

    /// <summary>Null when all are there; the error when one would change.</summary>
    private static async ValueTask<Error?> AddParamsAsync(
        DbSession session, long modelNo, LoggedModelId id, IReadOnlyList<Param> parameters)
    {
        var added = await session.ExecuteManyAsync(AddModelParam, parameters, (statement, parameter) =>
            statement.Bind("model_no", modelNo).Bind("key", parameter.Key).Bind("value", parameter.Value));
        if (added == parameters.Count) return null;
        var stored = (await ModelTable.LoadAsync(session, modelNo)).Params.ToDictionary(
            static old => old.Key, static old => old.Value, StringComparer.Ordinal);
        foreach (var (key, value) in parameters)
            if (stored[key] != value)
                return Error.Invalid(
                    $"Changing param values is not allowed. Param with key='{key}' was already logged with value='{stored[key]}' for "
                    + $"model ID='{id}'. "
                    + $"Attempted logging new value '{value}'.",
                    "params");
        return null;
    }

    private static async ValueTask SetTagsAsync(DbSession session, long modelNo, IReadOnlyList<Tag> tags) =>
        await session.ExecuteManyAsync(SetModelTag, tags, (statement, tag) =>
            statement.Bind("model_no", modelNo).Bind("key", tag.Key).Bind("value", tag.Value));

    private static Result<LoggedModel> Succeed(LoggedModel model) => model;

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
