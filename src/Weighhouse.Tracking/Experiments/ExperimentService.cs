using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Search;

namespace Weighhouse.Tracking.Experiments;

internal sealed class ExperimentService(
    IDatabase database, IAuditLog audit, TimeProvider time, TrackingOptions options, ExperimentFinder finder) : IExperiments
{
    private static readonly SqlText AddExperiment = TrackingSql.Catalog["AddExperiment"];
    private static readonly SqlText SetExperimentLocation = TrackingSql.Catalog["SetExperimentLocation"];
    private static readonly SqlText RenameExperiment = TrackingSql.Catalog["RenameExperiment"];
    private static readonly SqlText SetExperimentLifecycle = TrackingSql.Catalog["SetExperimentLifecycle"];
    private static readonly SqlText DeleteRunsOfExperiment = TrackingSql.Catalog["DeleteRunsOfExperiment"];
    private static readonly SqlText RestoreRunsOfExperiment = TrackingSql.Catalog["RestoreRunsOfExperiment"];
    private static readonly SqlText SetExperimentTag = TrackingSql.Catalog["SetExperimentTag"];
    private static readonly SqlText DeleteExperimentTag = TrackingSql.Catalog["DeleteExperimentTag"];

    public async ValueTask<Result<Experiment>> CreateAsync(Principal caller, NewExperiment experiment, CancellationToken cancellation)
    {
        var project = experiment.Project ?? Scope.DefaultProject;
        var tags = experiment.Tags ?? [];
        if (ExperimentRules.RefuseProject(project, options) is { } badProject) return badProject;
        if (caller.Refuse(Permission.Contribute, Scope.OfProject(project)) is { } refusal) return refusal;
        if (ExperimentRules.RefuseName(experiment.Name, options) is { } badName) return badName;
        if (ExperimentRules.RefuseLocation(experiment.ArtifactLocation, options) is { } badLocation) return badLocation;
        if (tags.Count > options.BatchTagsMax)
            return Error.Invalid(
                $"An experiment is made with at most {options.BatchTagsMax} tags; got {tags.Count}. Set the others later.", "tags");
        foreach (var tag in tags)
            if (ExperimentRules.RefuseTag(tag, options) is { } badTag) return badTag;
        return await database.WriteAsync(session => AddAsync(session, experiment, project, tags), cancellation);
    }

    public ValueTask<Result<Experiment>> GetAsync(Principal caller, ExperimentId id, CancellationToken cancellation) =>
        database.ReadAsync<Result<Experiment>>(
            async session =>
            {
                var result = await ExperimentTable.FindAsync(session, caller, id, Permission.View);
                return result.TryGet(out var found, out var error) ? await ExperimentTable.WithTagsAsync(session, found) : error;
            },
            cancellation);

    public ValueTask<Result<Experiment>> GetByNameAsync(Principal caller, string name, CancellationToken cancellation)
    {
        if (ExperimentRules.RefuseName(name, options) is { } badName) return new(badName);
        return database.ReadAsync<Result<Experiment>>(
            async session =>
            {
                var found = await ExperimentTable.FindByNameAsync(session, name);
                if (found is null) return Error.NotFound($"Could not find experiment with name '{name}'");
                if (caller.Refuse(Permission.View, Scope.Experiment(found.Project, found.Id)) is { } refusal) return refusal;
                return await ExperimentTable.WithTagsAsync(session, found);
            },
            cancellation);
    }

    public ValueTask<Result<Page<Experiment>>> SearchAsync(Principal caller, ExperimentSearch search, CancellationToken cancellation) =>
        finder.FindAsync(caller, search, cancellation);

    public ValueTask<Result<Done>> RenameAsync(Principal caller, ExperimentId id, string name, CancellationToken cancellation)
    {
        if (ExperimentRules.RefuseName(name, options) is { } badName) return new(badName);
        return database.WriteAsync<Done>(
            async session =>
            {
                var result = await ExperimentTable.FindAsync(session, caller, id, Permission.Contribute);
                if (!result.TryGet(out var found, out var error)) return error;
                if (found.Lifecycle is LifecycleStage.Deleted) return Error.Precondition("Cannot rename a non-active experiment.");
                if (await ExperimentTable.FindByNameAsync(session, name) is { } other && other.Id != id) return Exists(other);
                await session.Prepare(RenameExperiment)
                    .Bind("name", name).Bind("now_ms", NowMs()).Bind("experiment_no", id.Number).ExecuteAsync();
                return Done.Value;
            },
            cancellation);
    }

    public ValueTask<Result<Done>> DeleteAsync(Principal caller, ExperimentId id, CancellationToken cancellation) =>
        MoveAsync(caller, id, LifecycleStage.Active, LifecycleStage.Deleted, cancellation);

    public ValueTask<Result<Done>> RestoreAsync(Principal caller, ExperimentId id, CancellationToken cancellation) =>
        MoveAsync(caller, id, LifecycleStage.Deleted, LifecycleStage.Active, cancellation);

    public ValueTask<Result<Done>> SetTagAsync(Principal caller, ExperimentId id, Tag tag, CancellationToken cancellation)
    {
        if (ExperimentRules.RefuseTag(tag, options) is { } badTag) return new(badTag);
        return database.WriteAsync<Done>(
            async session =>
            {
                var result = await ExperimentTable.FindActiveAsync(session, caller, id);
                if (!result.TryGet(out _, out var error)) return error;
                await SetTagsAsync(session, id, [tag]);
                return Done.Value;
            },
            cancellation);
    }

    public ValueTask<Result<Done>> DeleteTagAsync(Principal caller, ExperimentId id, string key, CancellationToken cancellation) =>
        database.WriteAsync<Done>(
            async session =>
            {
                var result = await ExperimentTable.FindActiveAsync(session, caller, id);
                if (!result.TryGet(out _, out var error)) return error;
                if (PlainText.Refuse(key, "key") is { } unfit) return unfit;
                var deleted = await session.Prepare(DeleteExperimentTag).Bind("experiment_no", id.Number).Bind("key", key).ExecuteAsync();
                return deleted > 0 ? Done.Value : Error.NotFound($"No tag with name: {key} in experiment with id {id}");
            },
            cancellation);

    private async ValueTask<Result<Experiment>> AddAsync(
        DbSession session, NewExperiment experiment, string project, IReadOnlyList<Tag> tags)
    {
        var location = experiment.ArtifactLocation ?? "";
        var now = NowMs();
        var number = await session.Prepare(AddExperiment)
            .Bind("project", project).Bind("name", experiment.Name).Bind("artifact_location", location).Bind("now_ms", now).LongAsync();
        if (number is not { } experimentNo)
            return Exists(await ExperimentTable.FindByNameAsync(session, experiment.Name), experiment.Name);
        var id = new ExperimentId(experimentNo);
        if (location.Length == 0)
        {
            location = $"mlflow-artifacts:/{id}";
            await session.Prepare(SetExperimentLocation)
                .Bind("artifact_location", location).Bind("experiment_no", experimentNo).ExecuteAsync();
        }

        await SetTagsAsync(session, id, tags);
        var made = new Experiment(id, project, experiment.Name, location, LifecycleStage.Active, now, now, []);
        return await ExperimentTable.WithTagsAsync(session, made);
    }

    private static ValueTask<int> SetTagsAsync(DbSession session, ExperimentId id, IReadOnlyList<Tag> tags) =>
        session.ExecuteManyAsync(SetExperimentTag, tags, (statement, tag) =>
            statement.Bind("experiment_no", id.Number).Bind("key", tag.Key).Bind("value", tag.Value));

    /// <summary>Deletes or restores, and its runs with it.</summary>
    private async ValueTask<Result<Done>> MoveAsync(
        Principal caller, ExperimentId id, LifecycleStage from, LifecycleStage to, CancellationToken cancellation)
    {
        var moved = await database.WriteAsync<Experiment>(
            async session =>
            {
                var result = await ExperimentTable.FindAsync(session, caller, id, Permission.Contribute);
                if (!result.TryGet(out var found, out var error)) return error;
                if (found.Lifecycle != from) return ExperimentTable.NotFound(id);
                var now = NowMs();
                await session.Prepare(SetExperimentLifecycle)
                    .Bind("lifecycle", (long)to).Bind("now_ms", now).Bind("experiment_no", id.Number).ExecuteAsync();
                if (to is LifecycleStage.Deleted)
                    await session.Prepare(DeleteRunsOfExperiment).Bind("now_ms", now).Bind("experiment_no", id.Number).ExecuteAsync();
                else
                    await session.Prepare(RestoreRunsOfExperiment).Bind("experiment_no", id.Number).ExecuteAsync();
                return found;
            },
            cancellation);
        if (!moved.TryGet(out var experiment, out var problem)) return problem;
        var action = to is LifecycleStage.Deleted ? "experiment.delete" : "experiment.restore";
        await audit.AppendAsync(new AuditEntry(caller.Name, action, $"experiment:{id}", Before: NameAsJson(experiment.Name)), cancellation);
        return Done.Value;
    }

    private static string NameAsJson(string name) => $$"""{"name":"{{JsonEncodedText.Encode(name)}}"}""";

    private static Error Exists(Experiment? other, string? name = null) => Error.Exists(
        other?.Lifecycle is LifecycleStage.Deleted
            ? $"Experiment(name={other.Name}) already exists in deleted state. Restore it, or choose another name."
            : $"Experiment(name={other?.Name ?? name}) already exists.");

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
