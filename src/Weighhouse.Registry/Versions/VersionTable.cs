using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Versions;

/// <summary>A version's own row and its number in the database.</summary>
internal readonly record struct StoredVersion(long Number, long ModelNumber, ModelVersion Version);

/// <summary>Reads versions inside a session.</summary>
internal static class VersionTable
{
    /// <summary>The columns that <see cref="Read"/> expects, in order.</summary>
    public const string Columns =
        "v.version_no, m.model_no, m.project, m.name, v.version, v.description, v.stage, v.source, v.storage_uri, v.run_id, v.run_link, "
        + "v.logged_model_id, v.user_name, v.status, v.status_message, v.created_ms, v.updated_ms, v.commit_id, v.tree_id, "
        + "v.file_count, v.size_bytes, v.files_note";

    private static readonly SqlText ListInStage = RegistrySql.Catalog["ListInStage"];
    private static readonly SqlText ListVersions = RegistrySql.Catalog["ListVersions"];
    private static readonly SqlText FindVersion = RegistrySql.Catalog["FindVersion"];
    private static readonly SqlText FindVersionByAlias = RegistrySql.Catalog["FindVersionByAlias"];
    private static readonly SqlText FindLatestVersion = RegistrySql.Catalog["FindLatestVersion"];
    private static readonly SqlText LoadLatestVersions = RegistrySql.Catalog["LoadLatestVersions"];
    private static readonly SqlText LoadVersionTags = RegistrySql.Catalog["LoadVersionTags"];
    private static readonly SqlText LoadVersionAliases = RegistrySql.Catalog["LoadVersionAliases"];

    /// <summary>Without tags and aliases; NotFound when there is none.</summary>
    public static async ValueTask<Result<StoredVersion>> FindAsync(DbSession session, StoredModel model, long version)
    {
        var found = await session.Prepare(FindVersion)
            .Bind("model_no", model.Number).Bind("version", version).FirstAsync(static row => (StoredVersion?)Read(row));
        return found is { } stored ? stored : Error.NotFound($"Model Version (name={model.Name}, version={version}) not found");
    }

    public static ValueTask<StoredVersion?> FindByAliasAsync(DbSession session, StoredModel model, string alias) =>
        session.Prepare(FindVersionByAlias)
            .Bind("model_no", model.Number).Bind("alias", alias).FirstAsync(static row => (StoredVersion?)Read(row));

    public static ValueTask<StoredVersion?> FindLatestAsync(DbSession session, StoredModel model) =>
        session.Prepare(FindLatestVersion).Bind("model_no", model.Number).FirstAsync(static row => (StoredVersion?)Read(row));

    /// <summary>The highest version of each stage of each model, with tags and aliases, by number.</summary>
    public static async ValueTask<IReadOnlyList<StoredVersion>> LatestAsync(DbSession session, string modelNumbers) =>
        await LoadAsync(session, await session.Prepare(LoadLatestVersions).Bind("model_nos", modelNumbers).ListAsync(Read));

    public static async ValueTask<ModelVersion> LoadAsync(DbSession session, StoredVersion version) =>
        (await LoadAsync(session, [version]))[0].Version;

    /// <summary>The versions with their tags and aliases: two statements, however many they are.</summary>
    public static async ValueTask<IReadOnlyList<StoredVersion>> LoadAsync(DbSession session, IReadOnlyList<StoredVersion> versions)
    {
        if (versions.Count == 0) return versions;
        var numbers = RegistrySql.NumberList(session.Engine, versions.Select(static version => version.Number));
        var tagRows = await session.Prepare(LoadVersionTags).Bind("version_nos", numbers)
            .ListAsync(static row => (Version: row.Long(0), Tag: new Tag(row.Text(1), row.Text(2))));
        var aliasRows = await session.Prepare(LoadVersionAliases).Bind("version_nos", numbers)
            .ListAsync(static row => (Version: row.Long(0), Alias: row.Text(1)));
        var tags = tagRows.ToLookup(static row => row.Version, static row => row.Tag);
        var aliases = aliasRows.ToLookup(static row => row.Version, static row => row.Alias);
        return
        [
            .. versions.Select(stored => stored with
            {
                Version = stored.Version with { Tags = [.. tags[stored.Number]], Aliases = [.. aliases[stored.Number]] },
            }),
        ];
    }

    /// <summary>By number, without tags and aliases.</summary>
    public static async ValueTask<IReadOnlyList<StoredVersion>> InStageAsync(DbSession session, StoredModel model, string stage) =>
        await session.Prepare(ListInStage).Bind("model_no", model.Number).Bind("stage", stage).ListAsync(Read);

    /// <summary>Those of the versions that there are, by number, without tags and aliases.</summary>
    public static async ValueTask<IReadOnlyList<StoredVersion>> ListAsync(
        DbSession session, StoredModel model, IEnumerable<long> versions) =>
        await session.Prepare(ListVersions)
            .Bind("model_no", model.Number).Bind("versions", RegistrySql.NumberList(session.Engine, versions)).ListAsync(Read);

    public static StoredVersion Read(DbRow row) => new(
        row.Long(0),
        row.Long(1),
        new ModelVersion(
            row.Text(2),
            new ModelVersionId(row.Text(3), row.Long(4)),
            row.TextOrNull(5),
            row.Text(6),
            row.Text(7),
            row.Text(8),
            row.TextOrNull(9) is { } run ? new RunId(run) : null,
            row.TextOrNull(10),
            row.TextOrNull(11) is { } loggedModel ? new LoggedModelId(loggedModel) : null,
            row.Text(12),
            (ModelVersionStatus)row.Long(13),
            row.TextOrNull(14),
            row.Long(15),
            row.Long(16),
            [],
            [])
        {
            Commit = row.IsNull(17)
                ? null
                : new VersionCommit(
                    new Digest(row.Bytes(17)), new Digest(row.Bytes(18)), row.Long(19), row.Long(20), row.TextOrNull(21)),
        });
}
