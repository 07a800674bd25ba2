using System.Security.Cryptography;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Stages;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Repositories;

/// <summary>A version that goes from one stage to another.</summary>
internal readonly record struct StageStep(long Version, Digest? Commit, string From, string To);

/// <summary>
/// Moves the refs of a model's repository with its rows, in their unit. Does nothing for a model that is not ready: the backfill makes its
/// refs of the rows.
/// </summary>
internal sealed class ModelRefs(IGovernedRepositories repositories, RegistryOptions options)
{
    private const string MainBranch = Ref.Heads + "main";

    /// <summary>An alias may be longer than a ref's name, and may begin with '-'. No alias has a '.', so this is no other's name.</summary>
    public static string OfAlias(string alias) =>
        alias[0] is not '-' && Encoding.UTF8.GetByteCount(alias) <= AliasBytesMax
            ? GovernedRefs.Aliases + alias
            : $"{GovernedRefs.Aliases}sha256.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(alias)))}";

    private const int AliasBytesMax = 200;

    /// <summary>Makes the repository of a model that has none, by the first name that is free.</summary>
    public async ValueTask<Result<StoredModel>> CreateAsync(DbSession session, Change change, StoredModel model)
    {
        foreach (var name in RepositoryName.CandidatesOf(model.Name, options.RepositoryNamesMax))
        {
            var repository = new NewGovernedRepository(model.Project, name, Repository.ModelGovernor + model.Name);
            var created = await repositories.CreateAsync(session, repository, change.Caller, change.NowMs);
            if (created.TryGet(out var number, out var error)) return model with { RepositoryNumber = number, Repository = name };
            if (error.Code is not ErrorCode.AlreadyExists) return error;
        }

        return Error.Exists(
            $"The first {options.RepositoryNamesMax} names for the repository of '{model.Name}' are taken. Rename other repositories.");
    }

    public ValueTask<Ref?> HeadAsync(DbSession session, StoredModel model) =>
        repositories.FindRefAsync(session, RepositoryOf(model), MainBranch);

    /// <summary>Tags the version's commit, and makes it the head of the branch.</summary>
    public async ValueTask<Result<Done>> AddVersionAsync(
        DbSession session, Change change, StoredModel model, long version, NamedCommit commit, Digest? head) =>
        await repositories.ApplyAsync(
            session, RepositoryOf(model), [commit],
            [new RefChange(GovernedRefs.OfVersion(version), null, commit.Id), new RefChange(MainBranch, head, commit.Id)],
            $"version {version}", change.Caller, change.NowMs);

    /// <param name="commit">Of the version the alias points at from now on; null when it is gone.</param>
    public async ValueTask<Result<Done>> MoveAliasAsync(
        DbSession session, Change change, StoredModel model, string alias, Digest? commit)
    {
        if (!model.IsReady) return Done.Ok;
        var name = OfAlias(alias);
        var old = await repositories.FindRefAsync(session, RepositoryOf(model), name);
        return old?.Commit == commit
            ? Done.Ok
            : await repositories.ApplyAsync(
                session, RepositoryOf(model), [], [new RefChange(name, old?.Commit, commit)], $"alias {alias}", change.Caller,
                change.NowMs);
    }

    /// <summary>The first stage has no refs: every version begins there.</summary>
    public async ValueTask<Result<Done>> MoveStagesAsync(
        DbSession session, Change change, StoredModel model, StageList stages, IReadOnlyList<StageStep> steps)
    {
        if (!model.IsReady) return Done.Ok;
        var changes = new List<RefChange>(2 * steps.Count);
        foreach (var (version, commit, from, to) in steps.Where(static step => step.From != step.To))
        {
            Invariant.That(commit is not null);
            if (from != stages.First.Name) changes.Add(new RefChange(GovernedRefs.OfStage(from, version), commit, null));
            if (to != stages.First.Name) changes.Add(new RefChange(GovernedRefs.OfStage(to, version), null, commit));
        }

        return await repositories.ApplyAsync(
            session, RepositoryOf(model), [], changes, "stage", change.Caller, change.NowMs);
    }

    /// <summary>Takes away all that names the version; its commit stays in the history of those after it.</summary>
    public async ValueTask<Result<Done>> DeleteVersionAsync(
        DbSession session, Change change, StoredModel model, StageList stages, long version, VersionCommit? commit, string stage,
        IReadOnlyList<string> aliases)
    {
        if (!model.IsReady) return Done.Ok;
        Invariant.That(commit is not null);
        var changes = new List<RefChange> { new(GovernedRefs.OfVersion(version), commit.Id, null) };
        changes.AddRange(aliases.Select(alias => new RefChange(OfAlias(alias), commit.Id, null)));
        if (stage != stages.First.Name) changes.Add(new RefChange(GovernedRefs.OfStage(stage, version), commit.Id, null));
        return await repositories.ApplyAsync(
            session, RepositoryOf(model), [], changes, $"delete version {version}", change.Caller, change.NowMs);
    }

    public async ValueTask RenameAsync(DbSession session, Change change, StoredModel model, string name)
    {
        if (model.RepositoryNumber is { } repository)
            await repositories.GovernAsync(session, repository, Repository.ModelGovernor + name, change.NowMs);
    }

    public async ValueTask DeleteAsync(DbSession session, Change change, StoredModel model)
    {
        if (model.RepositoryNumber is { } repository) await repositories.DeleteAsync(session, repository, change.NowMs);
    }

    private static long RepositoryOf(StoredModel model)
    {
        Invariant.That(model.RepositoryNumber is not null);
        return model.RepositoryNumber.Value;
    }
}
