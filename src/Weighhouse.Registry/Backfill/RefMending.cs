using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Stages;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Backfill;

/// <summary>Makes the refs of a model's repository say what its rows say.</summary>
internal sealed class RefMending(IGovernedRepositories repositories, RegistryOptions options)
{
    private static readonly SqlText ListVersionRefs = RegistrySql.Catalog["ListVersionRefs"];
    private static readonly SqlText ListAliasRefs = RegistrySql.Catalog["ListAliasRefs"];

    private static readonly string[] Prefixes = [Ref.Tags, GovernedRefs.Aliases, GovernedRefs.Stages];

    /// <param name="model">Locked, and every version of it has a commit.</param>
    public async ValueTask<Result<Done>> MendAsync(DbSession session, Change change, StoredModel model)
    {
        Invariant.That(model.RepositoryNumber is not null);
        var repository = model.RepositoryNumber.Value;
        var wanted = await WantedAsync(session, model);
        var changes = new List<RefChange>();
        foreach (var prefix in Prefixes)
        {
            foreach (var found in await repositories.ListRefsAsync(session, repository, prefix, options.BackfillRefsMax))
            {
                // A name that the registry does not move is a user's own.
                if (!GovernedRefs.Includes(found.Name, "")) continue;
                if (!wanted.Remove(found.Name, out var commit)) changes.Add(new RefChange(found.Name, found.Commit, null));
                else if (commit != found.Commit) changes.Add(new RefChange(found.Name, found.Commit, commit));
            }
        }

        changes.AddRange(wanted.Select(static pair => new RefChange(pair.Key, null, pair.Value)));
        return await repositories.ApplyAsync(session, repository, [], changes, "backfill", change.Caller, change.NowMs);
    }

    private static async ValueTask<SortedDictionary<string, Digest>> WantedAsync(DbSession session, StoredModel model)
    {
        var first = (await StageTable.OfAsync(session, model.Project)).First.Name;
        var wanted = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        await session.Prepare(ListVersionRefs).Bind("model_no", model.Number).ForEachAsync(row =>
        {
            var (version, stage, commit) = (row.Long(0), row.Text(1), new Digest(row.Bytes(2)));
            wanted[GovernedRefs.OfVersion(version)] = commit;
            if (stage != first) wanted[GovernedRefs.OfStage(stage, version)] = commit;
            return true;
        });
        await session.Prepare(ListAliasRefs).Bind("model_no", model.Number).ForEachAsync(row =>
        {
            wanted[ModelRefs.OfAlias(row.Text(0))] = new Digest(row.Bytes(1));
            return true;
        });
        return wanted;
    }
}
