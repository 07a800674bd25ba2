using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Transfer;

/// <summary>The two ends of a push: what the server lacks, and the refs that move when it lacks nothing any more.</summary>
internal sealed class Pushes(
    IObjectStore store, IRepositories repositories, ICommits commits, IRefs refs, VersioningOptions options, ILogger<Pushes> log)
{
    /// <summary>A bit for each id, lowest first: 1 where it must be sent.</summary>
    public async ValueTask<Result<byte[]>> MissingAsync(
        Principal caller, string repository, Digest[] ids, CancellationToken cancellation)
    {
        if (ids.Length > options.NegotiatedIdsMax)
            return Error.Invalid($"At most {options.NegotiatedIdsMax} ids are asked for at once; these are {ids.Length}. Ask in parts.");
        if (await RefuseAsync(caller, repository, cancellation) is { } refusal) return refusal;
        using var writer = store.BeginWrite();
        var missing = new byte[(ids.Length + 7) / 8];
        for (var i = 0; i < ids.Length; i++)
            if (!writer.Has(ids[i])) missing[i / 8] |= (byte)(1 << (i % 8));
        return missing;
    }

    /// <summary>
    /// Moves refs to commits that have arrived, after following the new ones to their last chunk. <paramref name="arrived"/> names those
    /// the repository does not have, parents before children.
    /// </summary>
    public async ValueTask<Result<Done>> UpdateAsync(
        Principal caller, string repository, IReadOnlyList<RefChange> changes, IReadOnlyList<Digest> arrived, string reason,
        CancellationToken cancellation)
    {
        if (await RefuseAsync(caller, repository, cancellation) is { } refusal) return refusal;
        using var writer = store.BeginWrite();
        var admitted = await AdmitAsync(caller, repository, writer, arrived, cancellation);
        if (!admitted.TryGet(out var fresh, out var error)) return error;
        var atOnce = fresh.Count <= options.RefChangesMax;
        if (!atOnce && (await commits.RecordAsync(caller, repository, fresh, cancellation)).Error is { } failure) return failure;
        var updated = await refs.UpdateAsync(caller, repository, new RefUpdate(changes, reason, atOnce ? fresh : null), cancellation);
        if (!updated.IsFailure) log.Pushed(caller.Name, fresh.Count, changes.Count, repository);
        return updated;
    }

    /// <summary>The commits among those that arrived which the repository does not have, each found complete.</summary>
    private async ValueTask<Result<List<Digest>>> AdmitAsync(
        Principal caller, string repository, IObjectWriter writer, IReadOnlyList<Digest> arrived, CancellationToken cancellation)
    {
        var completeness = new Completeness(store, writer, options);
        var trees = new Dictionary<Digest, Digest>();
        var fresh = new List<Digest>();
        foreach (var id in arrived)
        {
            if (trees.ContainsKey(id) || await TreeOfAsync(caller, repository, id, cancellation) is not null) continue;
            if (!CommitCodec.Load(store, id).TryGet(out var commit, out var error))
                return Error.Precondition($"Commit {id} has not arrived whole: {error.Message} Send it first.");
            Digest? parentTree = null;
            foreach (var parent in commit.Parents)
            {
                if (!trees.TryGetValue(parent, out var tree))
                {
                    if (await TreeOfAsync(caller, repository, parent, cancellation) is not { } known)
                        return Error.Precondition($"Commit {id} follows {parent}, which the repository lacks. Name that one first.");
                    trees[parent] = tree = known;
                }

                parentTree ??= tree;
            }

            if (completeness.Refuse(id, commit.Tree, parentTree) is { } refusal) return refusal;
            trees[id] = commit.Tree;
            fresh.Add(id);
        }

        return fresh;
    }

    private async ValueTask<Digest?> TreeOfAsync(Principal caller, string repository, Digest commit, CancellationToken cancellation)
    {
        var found = await commits.GetAsync(caller, repository, commit, cancellation);
        return found.IsFailure ? null : found.Value.Commit.Tree;
    }

    private async ValueTask<Error?> RefuseAsync(Principal caller, string repository, CancellationToken cancellation)
    {
        var found = await repositories.GetAsync(caller, repository, cancellation);
        return found.TryGet(out var facts, out var error) ? caller.Refuse(Permission.Contribute, facts.Scope) : error;
    }
}
