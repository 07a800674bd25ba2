using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Refs;

/// <summary>The rows of refs, inside a session.</summary>
internal static class RefTable
{
    private static readonly SqlText FindRef = VersioningSql.Catalog["FindRef"];
    private static readonly SqlText AddRef = VersioningSql.Catalog["AddRef"];
    private static readonly SqlText MoveRef = VersioningSql.Catalog["MoveRef"];
    private static readonly SqlText DeleteRef = VersioningSql.Catalog["DeleteRef"];
    private static readonly SqlText AddReflogEntry = VersioningSql.Catalog["AddReflogEntry"];

    public static ValueTask<Ref?> FindAsync(DbSession session, long repository, string name) =>
        session.Prepare(FindRef).Bind("repo_no", repository).Bind("name", name).FirstAsync(Read);

    public static Ref Read(DbRow row) => new(row.Text(0), new Digest(row.Bytes(1)), row.Long(2), row.Text(3));

    /// <summary>Does one change and writes it into the log of the ref; Conflict when the ref is not where the change says.</summary>
    public static async ValueTask<Result<Done>> ApplyAsync(
        DbSession session, StoredRepository repository, RefChange change, Principal caller, long nowMs, string reason)
    {
        if (!(await NumberAsync(session, repository.Number, change.Old)).TryGet(out var oldNumber, out _))
            return await ConflictAsync(session, repository, change);
        if (!(await NumberAsync(session, repository.Number, change.New)).TryGet(out var newNumber, out var error)) return error;
        var changed = (oldNumber, newNumber) switch
        {
            (null, { } added) => await session.Prepare(AddRef)
                .Bind("repo_no", repository.Number).Bind("name", change.Name).Bind("commit_no", added).Bind("now_ms", nowMs)
                .Bind("actor", caller.Name).ExecuteAsync(),
            ({ } old, null) => await session.Prepare(DeleteRef)
                .Bind("repo_no", repository.Number).Bind("name", change.Name).Bind("old_no", old).ExecuteAsync(),
            ({ } old, { } moved) => await session.Prepare(MoveRef)
                .Bind("repo_no", repository.Number).Bind("name", change.Name).Bind("commit_no", moved).Bind("old_no", old)
                .Bind("now_ms", nowMs).Bind("actor", caller.Name).ExecuteAsync(),
            (null, null) => Invariant.Unreachable<int>(change),
        };
        if (changed == 0) return await ConflictAsync(session, repository, change);
        await session.Prepare(AddReflogEntry)
            .Bind("repo_no", repository.Number).Bind("name", change.Name).Bind("old_id", change.Old?.ToBytes())
            .Bind("new_id", change.New?.ToBytes()).Bind("at_ms", nowMs).Bind("actor", caller.Name).Bind("reason", reason).ExecuteAsync();
        return Done.Value;
    }

    private static async ValueTask<Result<long?>> NumberAsync(DbSession session, long repository, Digest? id)
    {
        if (id is null) return (long?)null;
        var found = await CommitTable.FindAsync(session, repository, id.Value);
        return found is null ? CommitService.Missing(id.Value) : found.Number;
    }

    private static async ValueTask<Error> ConflictAsync(DbSession session, StoredRepository repository, RefChange change)
    {
        var found = await FindAsync(session, repository.Number, change.Name);
        var expected = change.Old is { } old ? $"at {old}" : "absent";
        var actual = found is null ? "does not exist" : $"is at {found.Commit}";
        return Error.Conflict($"'{change.Name}' {actual}, and was expected {expected}: somebody else changed it. Fetch, and try again.");
    }
}
