using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Stages;
using Weighhouse.Tracking;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Versions;

/// <summary>Where a source leads, and the run and logged model it tells of.</summary>
/// <param name="CopiedFrom">The version it leads to; null when it leads to none.</param>
/// <param name="Copied">That version's commit.</param>
internal sealed record ResolvedSource(
    string StorageUri, RunId? Run, LoggedModelId? LoggedModel, ModelVersionId? CopiedFrom = null, VersionCommit? Copied = null);

/// <summary>Follows sources that name other things of this server, and asks whether the caller may see them.</summary>
internal sealed class SourceResolver(IDatabase database, IArtifacts artifacts, ILoggedModels loggedModels, IFiles files)
{
    private const string ModelsScheme = "models";
    private const string LoggedModelPrefix = "m-";

    public async ValueTask<Result<ResolvedSource>> ResolveAsync(Principal caller, NewModelVersion version, CancellationToken cancellation)
    {
        var resolved = SourceRules.SchemeOf(version.Source) is ModelsScheme
            ? await FollowAsync(caller, version.Source, cancellation)
            : await StoredAsync(caller, version.Source, cancellation);
        if (!resolved.TryGet(out var source, out var error)) return error;
        source = source with { Run = version.Run ?? source.Run, LoggedModel = version.LoggedModel ?? source.LoggedModel };
        if (source.Run is not null || version.LoggedModel is not { } named) return source;
        return (await loggedModels.GetAsync(caller, named, cancellation)).TryGet(out var model, out error)
            ? source with { Run = model.SourceRun }
            : error;
    }

    /// <summary>A file of this server's store must be one the caller may view: a version must not be a way around that.</summary>
    private async ValueTask<Result<ResolvedSource>> StoredAsync(Principal caller, string source, CancellationToken cancellation)
    {
        if (SourceRules.SchemeOf(source) is CommitSource.Scheme)
        {
            if (!CommitSource.Parse(source).TryGet(out var commit, out var error)) return error;
            var found = await files.FindAsync(caller, commit.Repository, commit.Commit, commit.Path, cancellation);
            return found.Error is { } missing ? missing with { Field = "source" } : new ResolvedSource(source, null, null);
        }

        if (artifacts.PathOf(source).TryGet(out var path, out _))
        {
            var listed = await artifacts.ListAsync(caller, path, new PageRequest(1), cancellation);
            if (listed.Error is { Code: ErrorCode.PermissionDenied or ErrorCode.Unauthenticated } refusal) return refusal;
        }

        return new ResolvedSource(source, null, null);
    }

    private async ValueTask<Result<ResolvedSource>> FollowAsync(Principal caller, string source, CancellationToken cancellation)
    {
        var target = source[(ModelsScheme.Length + 1)..].TrimStart('/').TrimEnd('/');
        if (target.StartsWith(LoggedModelPrefix, StringComparison.Ordinal) && target.AsSpan().IndexOfAny('/', '@') < 0)
        {
            var found = await loggedModels.GetAsync(caller, new LoggedModelId(target), cancellation);
            return found.TryGet(out var model, out var missing)
                ? new ResolvedSource(model.ArtifactUri, model.SourceRun, model.Id)
                : Unfetched(source, missing);
        }

        var followed = await database.ReadAsync(session => VersionAsync(session, caller, target), cancellation);
        return followed.TryGet(out var version, out var error)
            ? new ResolvedSource(
                version.Version.StorageUri, version.Version.Run, version.Version.LoggedModel, version.Version.Id, version.Version.Commit)
            : Unfetched(source, error);
    }

    /// <param name="target">NAME/VERSION, NAME/STAGE, NAME/latest or NAME@ALIAS.</param>
    private static async ValueTask<Result<StoredVersion>> VersionAsync(DbSession session, Principal caller, string target)
    {
        var cut = target.LastIndexOfAny(['/', '@']);
        if (cut <= 0 || cut == target.Length - 1)
            return Error.Invalid("Write models:/NAME/VERSION, models:/NAME@ALIAS or models:/m-ID.", "source");
        var (name, last) = (target[..cut], target[(cut + 1)..]);
        var model = await ModelTable.FindAsync(session, caller, name, Permission.View);
        if (!model.TryGet(out var stored, out var error)) return error;
        if (target[cut] is '@')
        {
            return await VersionTable.FindByAliasAsync(session, stored, last) is { } aliased
                ? aliased
                : Error.NotFound($"Registered model alias {last} not found.");
        }

        if (long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return await VersionTable.FindAsync(session, stored, number);
        return await LatestAsync(session, stored, last);
    }

    private static async ValueTask<Result<StoredVersion>> LatestAsync(DbSession session, StoredModel model, string word)
    {
        if (word.Equals(ModelRules.Latest, StringComparison.OrdinalIgnoreCase))
        {
            return await VersionTable.FindLatestAsync(session, model) is { } highest
                ? highest
                : Error.NotFound($"Latest version not found for model {model.Name}.");
        }

        var stages = await StageTable.OfAsync(session, model.Project);
        if (!stages.Find(word).TryGet(out var stage, out var error)) return error;
        var latest = await VersionTable.LatestAsync(session, RegistrySql.NumberList(session.Engine, [model.Number]));
        foreach (var version in latest)
            if (version.Version.Stage == stage.Name) return version;
        return Error.NotFound($"Model {model.Name} has no version in stage {stage.Name}.");
    }

    private static Error Unfetched(string source, Error cause) => cause with
    {
        Message = $"Unable to fetch model from model URI source artifact location '{source}'. Error: {cause.Message}",
        Field = "source",
    };
}
