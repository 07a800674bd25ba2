using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Locks;

internal sealed class LockService(IDatabase database, TimeProvider time, VersioningOptions options, ILogger<LockService> log) : ILocks
{
    private static readonly SqlText AddLock = VersioningSql.Catalog["AddLock"];
    private static readonly SqlText CountLocks = VersioningSql.Catalog["CountLocks"];
    private static readonly SqlText DeleteLock = VersioningSql.Catalog["DeleteLock"];
    private static readonly SqlText FindLock = VersioningSql.Catalog["FindLock"];
    private static readonly SqlText FindLockOfPath = VersioningSql.Catalog["FindLockOfPath"];
    private static readonly SqlText ListLocks = VersioningSql.Catalog["ListLocks"];

    public async ValueTask<Result<LockOutcome>> CreateAsync(
        Principal caller, string repository, string path, CancellationToken cancellation)
    {
        if (PlainText.Refuse(path, "path") is { } refusal) return refusal;
        if (path.Length is 0 or > TreePath.LengthMax)
            return Error.Invalid($"A path to lock has from 1 to {TreePath.LengthMax} characters; this one has {path.Length}.", "path");
        return await database.WriteAsync<LockOutcome>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                if (!found.TryGet(out var stored, out var error)) return error;
                if (await session.Prepare(CountLocks).Bind("repo_no", stored.Number).LongAsync() >= options.LocksMax)
                {
                    return Error.Precondition(
                        $"Repository '{repository}' has {options.LocksMax} locks, as many as it may. Unlock what nobody works on.");
                }

                var added = await session.Prepare(AddLock)
                    .Bind("repo_no", stored.Number).Bind("path", path).Bind("owner", caller.Name)
                    .Bind("now_ms", time.GetUtcNow().ToUnixTimeMilliseconds()).ExecuteAsync();
                var lockOfPath = await FindAsync(session, stored.Number, path);
                Invariant.That(lockOfPath is not null);
                return new LockOutcome(lockOfPath, added > 0);
            },
            cancellation);
    }

    public async ValueTask<Result<Page<PathLock>>> ListAsync(
        Principal caller, string repository, Permission permission, LockQuery query, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.PageMax)
            return Error.Invalid($"limit is {page.Size}; it must be from 1 to {options.PageMax}.", "limit");
        var fingerprint = $"locks {repository}";
        var after = 0L;
        if (page.Token is not null)
        {
            if (!PageToken.Decode(fingerprint, page.Token, 1).TryGet(out var values, out var bad)) return bad;
            if (!long.TryParse(values[0], out after)) return Error.Invalid("The cursor is not one this list returned.", "cursor");
        }

        return await database.ReadAsync<Result<Page<PathLock>>>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, permission);
                if (!found.TryGet(out var stored, out var error)) return error;
                if (query is not { Path: null, Number: null }) return One(await SelectAsync(session, stored.Number, query));
                var rows = await session.Prepare(ListLocks)
                    .Bind("repo_no", stored.Number).Bind("after", after).Bind("count", page.Size + 1).ListAsync(Read);
                return rows.Count <= page.Size
                    ? new Page<PathLock>(rows, null)
                    : new Page<PathLock>(
                        [.. rows.Take(page.Size)], PageToken.Encode(fingerprint, rows[page.Size - 1].Number.ToString()));
            },
            cancellation);
    }

    public async ValueTask<Result<PathLock>> ReleaseAsync(
        Principal caller, string repository, long number, bool force, CancellationToken cancellation)
    {
        var released = await database.WriteAsync<PathLock>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                if (!found.TryGet(out var stored, out var error)) return error;
                var held = await session.Prepare(FindLock).Bind("repo_no", stored.Number).Bind("lock_no", number).FirstAsync(Read);
                if (held is null) return Error.NotFound($"There is no lock {number} in repository '{repository}'.");
                if (held.Owner != caller.Name && RefuseTaking(caller, stored, held, force) is { } refusal) return refusal;
                await session.Prepare(DeleteLock).Bind("repo_no", stored.Number).Bind("lock_no", number).ExecuteAsync();
                return held;
            },
            cancellation);
        if (released.TryGet(out var gone, out _) && gone.Owner != caller.Name)
            log.LockForced(caller.Name, gone.Owner, gone.Path, repository);
        return released;
    }

    private static Error? RefuseTaking(Principal caller, StoredRepository repository, PathLock held, bool force)
    {
        if (!force)
        {
            return Error.Denied(
                $"'{PlainText.Cut(held.Path, 128)}' is locked by '{held.Owner}', not by you. Ask them; an administrator can take the lock "
                + "away with --force.");
        }

        return caller.Refuse(Permission.Administer, repository.Facts.Scope);
    }

    private static async ValueTask<PathLock?> SelectAsync(DbSession session, long repository, LockQuery query)
    {
        if (query.Number is not { } number) return await FindAsync(session, repository, query.Path!);
        var found = await session.Prepare(FindLock).Bind("repo_no", repository).Bind("lock_no", number).FirstAsync(Read);
        return query.Path is null || found?.Path == query.Path ? found : null;
    }

    private static ValueTask<PathLock?> FindAsync(DbSession session, long repository, string path) =>
        session.Prepare(FindLockOfPath).Bind("repo_no", repository).Bind("path", path).FirstAsync(Read);

    private static Page<PathLock> One(PathLock? found) => found is null ? Page<PathLock>.Empty : new Page<PathLock>([found], null);

    private static PathLock Read(DbRow row) => new(row.Long(0), row.Text(1), row.Text(2), row.Long(3));
}
