using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Catalogue;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Refs;

/// <param name="catalogue">Told of what moves; null where there is no catalogue: in a workspace.</param>
internal sealed class RefService(
    IDatabase database, CommitService commits, CommitGraphs graphs, CatalogueSignal? catalogue, IAuditLog audit, TimeProvider time,
    VersioningOptions options, ILogger<RefService> log) : IRefs
{
    private static readonly SqlText ListRefs = VersioningSql.Catalog["ListRefs"];
    private static readonly SqlText CountRefs = VersioningSql.Catalog["CountRefs"];
    private static readonly SqlText ListReflog = VersioningSql.Catalog["ListReflog"];

    public ValueTask<Result<Ref>> GetAsync(Principal caller, string repository, string name, CancellationToken cancellation) =>
        ReadAsync<Ref>(
            caller,
            repository,
            async (session, found) => await RefTable.FindAsync(session, found.Number, name) is { } reference
                ? reference
                : Error.NotFound($"Repository '{repository}' has no ref '{PlainText.Cut(name, 128)}'."),
            cancellation);

    public async ValueTask<Result<Page<Ref>>> ListAsync(
        Principal caller, string repository, string prefix, PageRequest page, CancellationToken cancellation)
    {
        var query = $"refs {repository} {prefix}";
        if (!Place(query, page).TryGet(out var after, out var error)) return error;
        return await ReadAsync<Page<Ref>>(
            caller,
            repository,
            async (session, found) =>
            {
                // '0' follows '/', and the greatest character follows every name.
                var until = prefix.Length == 0 ? "\U0010FFFF" : prefix.EndsWith('/') ? prefix[..^1] + "0" : prefix + "\U0010FFFF";
                var rows = await session.Prepare(ListRefs)
                    .Bind("repo_no", found.Number).Bind("after", after ?? prefix).Bind("until", until).Bind("count", page.Size + 1)
                    .ListAsync(RefTable.Read);
                return PageOf(rows, page.Size, query, static reference => reference.Name);
            },
            cancellation);
    }

    public async ValueTask<Result<Page<RefLogEntry>>> LogAsync(
        Principal caller, string repository, string name, PageRequest page, CancellationToken cancellation)
    {
        var query = $"reflog {repository} {name}";
        if (!Place(query, page).TryGet(out var after, out var error)) return error;
        return await ReadAsync<Page<RefLogEntry>>(
            caller,
            repository,
            async (session, found) =>
            {
                var rows = await session.Prepare(ListReflog)
                    .Bind("repo_no", found.Number).Bind("name", name)
                    .Bind("before_no", long.TryParse(after, out var number) ? number : long.MaxValue).Bind("count", page.Size + 1)
                    .ListAsync(static row => new RefLogEntry(
                        row.Long(0), row.Text(1), IdOf(row, 2), IdOf(row, 3), row.Long(4), row.Text(5), row.Text(6)));
                return PageOf(rows, page.Size, query, static entry => entry.Number.ToString());
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> UpdateAsync(
        Principal caller, string repository, RefUpdate update, CancellationToken cancellation)
    {
        if (RefUpdateRules.Refuse(update, options) is { } refusal) return refusal;
        if (!commits.Load(update.NewCommits ?? []).TryGet(out var added, out var error)) return error;
        var allowed = await ReadAsync<Done>(
            caller, repository, (session, found) => CheckAsync(session, caller, found, update, added), cancellation);
        if (allowed.IsFailure) return allowed;
        var updated = await database.WriteAsync<Done>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                return found.TryGet(out var stored, out var denied) ? await ApplyAsync(session, caller, stored, update, added) : denied;
            },
            cancellation);
        if (updated.Error is { Code: ErrorCode.Conflict }) VersioningMetrics.RefConflicts.Add(1);
        if (!updated.IsFailure) VersioningMetrics.RefsMoved.Add(update.Changes.Count);
        if (!updated.IsFailure) catalogue?.Set();
        if (!updated.IsFailure) await TellAsync(caller, repository, update, cancellation);
        return updated;
    }

    public ValueTask<Result<Digest>> ResolveAsync(
        Principal caller, string repository, string revision, CancellationToken cancellation) =>
        ReadAsync(
            caller, repository, (session, found) => new Revision(session, graphs.Of(found.Number)).ResolveAsync(revision), cancellation);

    /// <summary>
    /// What does not change while the unit waits its turn is settled before it: permissions, and whether branches move forward. A walk
    /// through a long history must not hold up the writers.
    /// </summary>
    private async ValueTask<Result<Done>> CheckAsync(
        DbSession session, Principal caller, StoredRepository repository, RefUpdate update, List<NamedCommit> added)
    {
        if (caller.Refuse(Permission.Contribute, repository.Facts.Scope) is { } denied) return denied;
        var ancestry = new Ancestry(graphs.Of(repository.Number), session);
        foreach (var change in update.Changes)
        {
            if (Ref.KindOf(change.Name) == RefKind.Tag && change.New is null
                && caller.Refuse(Permission.Administer, repository.Facts.Scope) is { } refusal) return refusal;
            if (GovernedRules.RefuseRef(repository.Facts, change.Name) is { } governed) return governed;
            if (change.New is null && change.Name == Ref.Heads + repository.Facts.DefaultBranch)
                return Error.Precondition($"'{change.Name}' is the repository's default branch. Choose another one first.");
            if (Ref.KindOf(change.Name) != RefKind.Branch || change.Force) continue;
            if (change.Old is not { } old || change.New is not { } moved) continue;
            if (!await IsForwardAsync(session, ancestry, graphs.Of(repository.Number), old, moved, added))
            {
                return Error.Precondition(
                    $"'{change.Name}' would lose commits: {old} is no ancestor of {moved}. Fetch and merge first, or force the change.");
            }
        }

        return Done.Value;
    }

    /// <summary>New commits have no rows yet: they are followed down to those that have.</summary>
    private static async ValueTask<bool> IsForwardAsync(
        DbSession session, Ancestry ancestry, CommitGraph graph, Digest old, Digest moved, List<NamedCommit> added)
    {
        var fresh = added.ToDictionary(static named => named.Id, static named => named.Commit);
        var met = new HashSet<Digest>();
        var waiting = new Stack<Digest>([moved]);
        while (waiting.TryPop(out var id))
        {
            if (id == old) return true;
            if (!met.Add(id)) continue;
            if (fresh.TryGetValue(id, out var commit))
            {
                foreach (var parent in commit.Parents) waiting.Push(parent);
                continue;
            }

            // A commit nobody knows is refused by the unit, which says which.
            if (await graph.FindAsync(session, id) is not { } node || await graph.FindAsync(session, old) is not { } oldNode) continue;
            if (await ancestry.IsAncestorAsync(oldNode, node)) return true;
        }

        return false;
    }

    private async ValueTask<Result<Done>> ApplyAsync(
        DbSession session, Principal caller, StoredRepository repository, RefUpdate update, List<NamedCommit> added)
    {
        var recorded = await CommitTable.RecordAsync(session, repository, added, caller, NowMs());
        if (recorded.IsFailure) return recorded;
        foreach (var change in update.Changes)
        {
            var applied = await RefTable.ApplyAsync(session, repository, change, caller, NowMs(), update.Reason);
            if (applied.IsFailure) return applied;
        }

        if (update.Changes.Any(static change => change.Old is null)
            && await session.Prepare(CountRefs).Bind("repo_no", repository.Number).LongAsync() > options.RefsMax)
            return Error.Invalid($"A repository has at most {options.RefsMax} refs. Delete some first.", "refs");
        return Done.Value;
    }

    /// <summary>What takes something away from others is answered for.</summary>
    private async ValueTask TellAsync(Principal caller, string repository, RefUpdate update, CancellationToken cancellation)
    {
        foreach (var change in update.Changes.Where(static change => change.Old is not null && (change.New is null || change.Force)))
        {
            var before = $$"""{"commit":"{{change.Old}}"}""";
            var after = change.New is null ? null : $$"""{"commit":"{{change.New}}"}""";
            var action = change.New is null ? "ref.delete" : "ref.force";
            log.Forced(caller.Name, change.Name, repository, change.Old, change.New);
            await audit.AppendAsync(new AuditEntry(caller.Name, action, $"repo:{repository}/{change.Name}", before, after), cancellation);
        }
    }

    private Result<string?> Place(string query, PageRequest page)
    {
        if (page.Size < 1 || page.Size > options.PageMax)
            return Error.Invalid($"page_size is {page.Size}; it must be from 1 to {options.PageMax}.", "page_size");
        return page.Token is null ? (string?)null : PageToken.Decode(query, page.Token, 1).Map(static values => values[0]);
    }

    private static Page<T> PageOf<T>(List<T> rows, int size, string query, Func<T, string> placeOf)
    {
        if (rows.Count <= size) return new Page<T>(rows, null);
        rows.RemoveAt(size);
        return new Page<T>(rows, PageToken.Encode(query, placeOf(rows[^1])));
    }

    private static Digest? IdOf(DbRow row, int column) => row.IsNull(column) ? null : new Digest(row.Bytes(column));

    private ValueTask<Result<T>> ReadAsync<T>(
        Principal caller, string repository, Func<DbSession, StoredRepository, ValueTask<Result<T>>> work,
        CancellationToken cancellation) =>
        database.ReadAsync(
            async session =>
                (await RepositoryTable.FindAsync(session, caller, repository, Permission.View)).TryGet(out var found, out var error)
                    ? await work(session, found)
                    : error,
            cancellation);

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
