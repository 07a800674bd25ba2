using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Versions;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Models;

/// <summary>Reads registered models inside a session.</summary>
internal static class ModelTable
{
    /// <summary>The columns that <see cref="Read"/> expects, in order.</summary>
    public const string Columns = "m.model_no, m.project, m.name, m.description, m.created_ms, m.updated_ms, "
        + "m.repo_no, m.repository, m.repo_ready";

    private static readonly SqlText FindModelForChange = RegistrySql.Catalog["FindModelForChange"];
    private static readonly SqlText FindModel = RegistrySql.Catalog["FindModel"];
    private static readonly SqlText LoadModelTags = RegistrySql.Catalog["LoadModelTags"];
    private static readonly SqlText LoadModelAliases = RegistrySql.Catalog["LoadModelAliases"];

    public static Scope ScopeOf(StoredModel model) => Scope.Model(model.Project, model.Name);

    /// <summary>NotFound when there is none, a refusal when the caller lacks the permission on it.</summary>
    public static async ValueTask<Result<StoredModel>> FindAsync(DbSession session, Principal caller, string name, Permission permission)
    {
        var found = await session.Prepare(FindModel).Bind("name", name).FirstAsync(Read);
        if (found is null) return Error.NotFound($"Registered Model with name={name} not found");
        return caller.Refuse(permission, ScopeOf(found)) is { } refusal ? refusal : found;
    }

    /// <summary>As <see cref="FindAsync"/>, and nobody else changes the model or anything below it until the unit ends.</summary>
    public static async ValueTask<Result<StoredModel>> FindForChangeAsync(
        DbSession session, Principal caller, string name, Permission permission)
    {
        var found = await session.Prepare(FindModelForChange).Bind("name", name).FirstAsync(Read);
        if (found is null) return Error.NotFound($"Registered Model with name={name} not found");
        return caller.Refuse(permission, ScopeOf(found)) is { } refusal ? refusal : found;
    }

    public static StoredModel Read(DbRow row) => new(
        row.Long(0), row.Text(1), row.Text(2), row.TextOrNull(3), row.Long(4), row.Long(5), row.LongOrNull(6), row.TextOrNull(7),
        row.Bool(8));

    public static async ValueTask<RegisteredModel> LoadAsync(DbSession session, StoredModel model) =>
        (await LoadAsync(session, [model]))[0];

    /// <summary>The models with their tags, aliases and latest versions: a fixed number of statements, however many they are.</summary>
    public static async ValueTask<IReadOnlyList<RegisteredModel>> LoadAsync(DbSession session, IReadOnlyList<StoredModel> models)
    {
        if (models.Count == 0) return [];
        var numbers = RegistrySql.NumberList(session.Engine, models.Select(static model => model.Number));
        var tagRows = await session.Prepare(LoadModelTags).Bind("model_nos", numbers)
            .ListAsync(static row => (Model: row.Long(0), Tag: new Tag(row.Text(1), row.Text(2))));
        var aliasRows = await session.Prepare(LoadModelAliases).Bind("model_nos", numbers)
            .ListAsync(static row => (Model: row.Long(0), Alias: new ModelAlias(row.Text(1), row.Long(2))));
        var latestRows = await VersionTable.LatestAsync(session, numbers);
        var tags = tagRows.ToLookup(static row => row.Model, static row => row.Tag);
        var aliases = aliasRows.ToLookup(static row => row.Model, static row => row.Alias);
        var latest = latestRows.ToLookup(static row => row.ModelNumber, static row => row.Version);
        return
        [
            .. models.Select(model => new RegisteredModel(
                model.Project,
                model.Name,
                model.Description,
                model.CreatedMs,
                model.UpdatedMs,
                [.. tags[model.Number]],
                [.. aliases[model.Number]],
                [.. latest[model.Number]])
            {
                Repository = model.Repository,
            }),
        ];
    }
}
