using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Repositories;

internal sealed class RepositoryService(IDatabase database, IAuditLog audit, TimeProvider time, VersioningOptions options) : IRepositories
{
    private static readonly SqlText AddRepository = VersioningSql.Catalog["AddRepository"];
    private static readonly SqlText ListDeletedRepositories = VersioningSql.Catalog["ListDeletedRepositories"];
    private static readonly SqlText FindRepository = VersioningSql.Catalog["FindRepository"];
    private static readonly SqlText FindDeletedRepository = VersioningSql.Catalog["FindDeletedRepository"];
    private static readonly SqlText ChangeRepository = VersioningSql.Catalog["ChangeRepository"];
    private static readonly SqlText DeleteRepository = VersioningSql.Catalog["DeleteRepository"];
    private static readonly SqlText RestoreRepository = VersioningSql.Catalog["RestoreRepository"];

    public async ValueTask<Result<Repository>> CreateAsync(
        Principal caller, NewRepository repository, CancellationToken cancellation)
    {
        if (Refuse(repository) is { } refusal) return refusal;
        var project = repository.Project ?? Scope.DefaultProject;
        if (caller.Refuse(Permission.Contribute, Scope.OfProject(project)) is { } denied) return denied;
        if (repository.QuotaBytes is not null && caller.Refuse(Permission.Administer, Scope.OfProject(project)) is { } quota) return quota;
        var created = await database.WriteAsync<Repository>(
            async session =>
            {
                var number = await session.Prepare(AddRepository)
                    .Bind("project", project).Bind("name", repository.Name).Bind("description", repository.Description)
                    .Bind("default_branch", repository.DefaultBranch).Bind("quota_bytes", repository.QuotaBytes)
                    .Bind("created_by", caller.Name).Bind("now_ms", NowMs()).LongAsync();
                if (number is null) return Error.Exists($"There is a repository '{repository.Name}' already. Choose another name.");
                return await FactsAsync(session, caller, repository.Name);
            },
            cancellation);
        if (!created.IsFailure) await TellAsync(caller, "repository.create", repository.Name, cancellation);
        return created;
    }

    public ValueTask<Result<Repository>> GetAsync(Principal caller, string name, CancellationToken cancellation) =>
        database.ReadAsync(session => FactsAsync(session, caller, name), cancellation);

    public async ValueTask<Result<Page<Repository>>> ListAsync(
        Principal caller, RepositoryQuery query, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.PageMax)
            return Error.Invalid($"page_size is {page.Size}; it must be from 1 to {options.PageMax}.", "page_size");
        if (PlainText.Refuse(query.Text, "search") is { } refusal) return refusal;
        if (!RepositoryList.Begin(query, page.Token).TryGet(out var list, out var error)) return error;
        return await database.ReadAsync<Result<Page<Repository>>>(
            async session => await list.ReadAsync(session, caller, page.Size, options.PageMax), cancellation);
    }

    public ValueTask<Result<IReadOnlyList<Repository>>> ListDeletedAsync(Principal caller, CancellationToken cancellation) =>
        database.ReadAsync(async session =>
        {
            var rows = await session.Prepare(ListDeletedRepositories)
                .Bind("since_ms", NowMs() - (long)options.RestoreWithin.TotalMilliseconds).Bind("count", options.PageMax)
                .ListAsync(RepositoryTable.Read);
            IReadOnlyList<Repository> seen =
                [.. rows.Select(static row => row.Facts).Where(facts => caller.Can(Permission.View, facts.Scope))];
            return Done.Ok.Map(_ => seen);
        }, cancellation);

    public async ValueTask<Result<Repository>> ChangeAsync(
        Principal caller, string name, RepositoryChange change, CancellationToken cancellation)
    {
        if (RepositoryRules.RefuseDescription(change.Description, options) is { } refusal) return refusal;
        if (change.DefaultBranch is { } branch && RepositoryRules.RefuseBranch(branch, options) is { } bad) return bad;
        if (change.Name is { } wanted && RepositoryRules.RefuseName(wanted, options) is { } unfit) return unfit;
        var changed = await database.WriteAsync<Repository>(
            async session =>
            {
                if (!(await RepositoryTable.FindAsync(session, caller, name, Permission.Contribute)).TryGet(out var found, out var error))
                    return error;
                var facts = found.Facts;
                if (change.QuotaBytes is not null && caller.Refuse(Permission.Administer, Scope.OfProject(facts.Project)) is { } denied)
                    return denied;
                if (change.DefaultBranch is not null && GovernedRules.Refuse(facts, "another default branch") is { } governed)
                    return governed;
                var named = change.Name ?? name;
                if (named != name && await RefuseRenameAsync(session, caller, facts, named) is { } kept) return kept;
                await session.Prepare(ChangeRepository)
                    .Bind("repo_no", found.Number).Bind("name", named).Bind("description", change.Description ?? facts.Description)
                    .Bind("default_branch", change.DefaultBranch ?? facts.DefaultBranch)
                    .Bind("quota_bytes", change.QuotaBytes is { } quota ? (quota < 0 ? null : quota) : facts.QuotaBytes)
                    .Bind("now_ms", NowMs()).ExecuteAsync();
                return (await session.Prepare(FindRepository).Bind("name", named).FirstAsync(RepositoryTable.Read))!.Facts;
            },
            cancellation);
        if (changed.IsFailure) return changed;
        if (changed.Value.Name == name) await TellAsync(caller, "repository.change", name, cancellation);
        else await TellAsync(caller, "repository.rename", name, cancellation, changed.Value.Name);
        return changed;
    }

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation)
    {
        var deleted = await database.WriteAsync<Done>(
            async session =>
            {
                if (!(await RepositoryTable.FindAsync(session, caller, name, Permission.Administer)).TryGet(out var found, out var error))
                    return error;
                if (GovernedRules.Refuse(found.Facts, "deleting it") is { } governed) return governed;
                await session.Prepare(DeleteRepository).Bind("repo_no", found.Number).Bind("now_ms", NowMs()).ExecuteAsync();
                return Done.Value;
            },
            cancellation);
        if (!deleted.IsFailure) await TellAsync(caller, "repository.delete", name, cancellation);
        return deleted;
    }

    public async ValueTask<Result<Repository>> RestoreAsync(Principal caller, string name, CancellationToken cancellation)
    {
        var restored = await database.WriteAsync<Repository>(
            async session =>
            {
                var found = await session.Prepare(FindDeletedRepository).Bind("name", name).FirstAsync(RepositoryTable.Read);
                if (found is null || !caller.Can(Permission.View, found.Facts.Scope)) return RepositoryTable.Missing(name);
                if (caller.Refuse(Permission.Administer, found.Facts.Scope) is { } refusal) return refusal;
                if (GovernedRules.Refuse(found.Facts, "restoring it") is { } governed) return governed;
                if (found.Facts.DeletedMs < NowMs() - (long)options.RestoreWithin.TotalMilliseconds)
                {
                    return Error.Precondition(
                        $"Repository '{name}' was deleted more than {options.RestoreWithin.TotalDays:0.#} days ago: its content may be "
                        + "gone.");
                }

                if (await session.Prepare(FindRepository).Bind("name", name).FirstAsync(RepositoryTable.Read) is not null)
                    return Error.Exists($"There is another repository '{name}' now. Delete it first.");
                await session.Prepare(RestoreRepository).Bind("repo_no", found.Number).Bind("now_ms", NowMs()).ExecuteAsync();
                return await FactsAsync(session, caller, name);
            },
            cancellation);
        if (!restored.IsFailure) await TellAsync(caller, "repository.restore", name, cancellation);
        return restored;
    }

    private static async ValueTask<Result<Repository>> FactsAsync(DbSession session, Principal caller, string name) =>
        (await RepositoryTable.FindAsync(session, caller, name, Permission.View)).Map(static found => found.Facts);

    private Error? Refuse(NewRepository repository)
    {
        if (repository.QuotaBytes < 0)
            return Error.Invalid($"The quota is {repository.QuotaBytes} bytes; it cannot be negative.", "quotaBytes");
        return RepositoryRules.RefuseName(repository.Name, options)
            ?? RepositoryRules.RefuseDescription(repository.Description, options)
            ?? PlainText.Refuse(repository.Project, "project")
            ?? RepositoryRules.RefuseBranch(repository.DefaultBranch, options);
    }

    /// <summary>The new name is nobody's yet, and who takes it may have what others were granted on it: that needs both rights.</summary>
    private static async ValueTask<Error?> RefuseRenameAsync(DbSession session, Principal caller, Repository facts, string name)
    {
        if (caller.Refuse(Permission.Administer, facts.Scope) is { } denied) return denied;
        if (GovernedRules.Refuse(facts, "renaming it") is { } governed) return governed;
        if (caller.Refuse(Permission.Contribute, Scope.OfProject(facts.Project)) is { } refusal) return refusal;
        return await session.Prepare(FindRepository).Bind("name", name).FirstAsync(RepositoryTable.Read) is null
            ? null
            : Error.Exists($"There is a repository '{name}' already. Choose another name.");
    }

    private ValueTask TellAsync(
        Principal caller, string action, string name, CancellationToken cancellation, string? newName = null) =>
        audit.AppendAsync(
            new AuditEntry(caller.Name, action, $"repo:{name}", null, newName is null ? null : $$"""{"name":"{{newName}}"}"""),
            cancellation);

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
