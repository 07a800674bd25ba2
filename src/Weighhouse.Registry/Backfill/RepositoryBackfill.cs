using System.Globalization;
using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Versions;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Backfill;

/// <summary>
/// Makes the repository of a model that is older than repositories: one unit for the repository, one for each version, one that makes the
/// refs say what the rows say and calls the model ready. Whatever it is stopped after, the next run goes on from there, and the model can
/// be used and changed meanwhile.
/// </summary>
internal sealed class RepositoryBackfill(
    IDatabase database, ModelRefs refs, RefMending mending, VersionCommits commits, SourceFiles sources, TimeProvider time, IdGenerator ids,
    ILogger<RepositoryBackfill> logger)
{
    private static readonly SqlText FindModelByNumber = RegistrySql.Catalog["FindModelByNumber"];
    private static readonly SqlText LockModelByNumber = RegistrySql.Catalog["LockModelByNumber"];
    private static readonly SqlText FindVersionWithoutCommit = RegistrySql.Catalog["FindVersionWithoutCommit"];
    private static readonly SqlText SetVersionCommit = RegistrySql.Catalog["SetVersionCommit"];
    private static readonly SqlText SetModelRepository = RegistrySql.Catalog["SetModelRepository"];
    private static readonly SqlText ReadyModelRepository = RegistrySql.Catalog["ReadyModelRepository"];

    /// <summary>A version without a commit, and the commit it will follow.</summary>
    private sealed record Waiting(StoredVersion Version, Digest? Head);

    public async ValueTask<Result<Done>> RunAsync(long modelNumber, CancellationToken cancellation)
    {
        if ((await BeginAsync(modelNumber, cancellation)).Error is { } error) return error;
        while (true)
        {
            var waiting = await database.ReadAsync(session => NextAsync(session, modelNumber), cancellation);
            if (waiting is not null)
            {
                var made = await CommitAsync(waiting, cancellation);
                if (made.IsFailure) return made;
                continue;
            }

            // Versions may have been made since there was none left.
            if (!(await FinishAsync(modelNumber, cancellation)).TryGet(out var isDone, out error)) return error;
            if (isDone) return Done.Value;
        }
    }

    private ValueTask<Result<Done>> BeginAsync(long modelNumber, CancellationToken cancellation) =>
        ChangeAsync<Done>(
            modelNumber,
            Done.Value,
            async (session, change, model) =>
            {
                if (model.RepositoryNumber is not null) return Done.Value;
                if (!(await refs.CreateAsync(session, change, model)).TryGet(out var made, out var taken)) return taken;
                await session.Prepare(SetModelRepository)
                    .Bind("repo_no", made.RepositoryNumber).Bind("repository", made.Repository).Bind("model_no", made.Number)
                    .ExecuteAsync();
                return Done.Value;
            },
            cancellation);

    private async ValueTask<Waiting?> NextAsync(DbSession session, long modelNumber)
    {
        var model = await session.Prepare(FindModelByNumber).Bind("model_no", modelNumber).FirstAsync(ModelTable.Read);
        if (model is null || model.IsReady) return null;
        var version = await session.Prepare(FindVersionWithoutCommit).Bind("model_no", modelNumber)
            .FirstAsync(static row => (StoredVersion?)VersionTable.Read(row));
        return version is { } found ? new Waiting(found, (await refs.HeadAsync(session, model))?.Commit) : null;
    }

    /// <summary>Done too when the version is gone, or somebody else was quicker: the next look tells.</summary>
    private async ValueTask<Result<Done>> CommitAsync(Waiting waiting, CancellationToken cancellation)
    {
        var version = waiting.Version.Version;
        var asked = new NewModelVersion(version.Id.Model, version.Source, version.Run, version.RunLink, LoggedModel: version.LoggedModel);
        var source = new ResolvedSource(version.StorageUri, version.Run, version.LoggedModel, OriginalOf(version.Source));
        // Whether the maker of the version might see its files was asked when it was made.
        var content = await sources.ReadAsync(Principal.System, asked, source, cancellation);
        var place = new VersionPlace(version.Id.Model, version.Id.Version, waiting.Head, version.User, version.CreatedMs);
        if (!(await commits.StoreAsync(place, content, cancellation)).TryGet(out var stored, out var error)) return error;
        return await ChangeAsync<Done>(
            waiting.Version.ModelNumber,
            Done.Value,
            async (session, change, model) =>
            {
                var found = await VersionTable.FindAsync(session, model, version.Id.Version);
                if (!found.TryGet(out var row, out _) || row.Version.Commit is not null || model.Name != version.Id.Model)
                    return Done.Value;
                if ((await refs.HeadAsync(session, model))?.Commit != waiting.Head) return Done.Value;
                await WriteAsync(session, row, stored);
                await EventTable.AddAsync(
                    session, change, model, version.Id.Version, "version.commit", null,
                    EventJson.Of(("commit", stored.Commit.Id.ToString())));
                return await refs.AddVersionAsync(session, change, model, version.Id.Version, stored.Commit, waiting.Head);
            },
            cancellation);
    }

    /// <summary>False when there are versions without a commit again.</summary>
    private ValueTask<Result<bool>> FinishAsync(long modelNumber, CancellationToken cancellation) =>
        ChangeAsync<bool>(
            modelNumber,
            true,
            async (session, change, model) =>
            {
                var left = await session.Prepare(FindVersionWithoutCommit).Bind("model_no", modelNumber).LongAsync();
                if (left is not null) return false;
                if ((await mending.MendAsync(session, change, model)).Error is { } error) return error;
                await session.Prepare(ReadyModelRepository).Bind("model_no", modelNumber).ExecuteAsync();
                RegistryLog.BackfillDone(logger, model.Name, model.Repository);
                return true;
            },
            cancellation);

    /// <param name="otherwise">The answer when the model is gone or ready.</param>
    private ValueTask<Result<T>> ChangeAsync<T>(
        long modelNumber, T otherwise, Func<DbSession, Change, StoredModel, ValueTask<Result<T>>> work, CancellationToken cancellation)
    {
        var id = ids.Hex32();
        return database.WriteAsync<T>(
            async session =>
            {
                var model = await session.Prepare(LockModelByNumber).Bind("model_no", modelNumber).FirstAsync(ModelTable.Read);
                if (model is null || model.IsReady) return otherwise;
                var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
                return await work(session, await EventTable.BeginAsync(session, model, Principal.System, nowMs, id), model);
            },
            cancellation);
    }

    private static async ValueTask WriteAsync(DbSession session, StoredVersion version, StoredCommit stored) =>
        await session.Prepare(SetVersionCommit)
            .Bind("commit_id", stored.Commit.Id.ToBytes())
            .Bind("tree_id", stored.Commit.Commit.Tree.ToBytes())
            .Bind("file_count", stored.FileCount)
            .Bind("size_bytes", stored.SizeBytes)
            .Bind("files_note", stored.Note)
            .Bind("version_no", version.Number)
            .ExecuteAsync();

    /// <summary>A copy that names its original by number tells which it was; an alias or a stage may point elsewhere since.</summary>
    private static ModelVersionId? OriginalOf(string source)
    {
        const string Scheme = "models:/";
        if (!source.StartsWith(Scheme, StringComparison.Ordinal)) return null;
        var target = source[Scheme.Length..].Trim('/');
        var cut = target.LastIndexOf('/');
        return cut > 0 && long.TryParse(target[(cut + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new ModelVersionId(target[..cut], version)
            : null;
    }
}
