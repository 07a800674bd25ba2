using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Repositories;

/// <summary>The rows of repositories, inside a session.</summary>
internal static class RepositoryTable
{
    private static readonly SqlText FindRepository = VersioningSql.Catalog["FindRepository"];
    private static readonly SqlText ChargeRepository = VersioningSql.Catalog["ChargeRepository"];

    /// <summary>NotFound when there is none or the caller may not even view it, a refusal when only the permission is lacking.</summary>
    public static async ValueTask<Result<StoredRepository>> FindAsync(
        DbSession session, Principal caller, string name, Permission permission)
    {
        var found = await session.Prepare(FindRepository).Bind("name", name).FirstAsync(Read);
        if (found is null) return Missing(name);
        if (caller.Refuse(permission, found.Facts.Scope) is not { } refusal) return found;
        return refusal.Code == ErrorCode.Unauthenticated || caller.Can(Permission.View, found.Facts.Scope) ? refusal : Missing(name);
    }

    /// <summary>Counts what was added for the repository; LimitExceeded when its quota does not have room for it.</summary>
    public static async ValueTask<Result<Done>> ChargeAsync(DbSession session, StoredRepository repository, long bytes, long nowMs)
    {
        var charged = await session.Prepare(ChargeRepository)
            .Bind("repo_no", repository.Number).Bind("bytes", bytes).Bind("added", bytes).Bind("now_ms", nowMs).ExecuteAsync();
        return charged > 0 ? Done.Value : OverQuota(repository.Facts, bytes);
    }

    public static Error OverQuota(Repository repository, long bytes) => new(
        ErrorCode.StorageFull,
        $"Repository '{repository.Name}' has a quota of {repository.QuotaBytes} bytes, of which {repository.AddedBytes} are used: there is "
        + $"no room for {bytes} more. Ask an administrator of project '{repository.Project}' for a larger one.");

    public static StoredRepository Read(DbRow row) => new(
        row.Long(0),
        new Repository(
            row.Text(1), row.Text(2), row.TextOrNull(3), row.Text(4), row.LongOrNull(5), row.Long(6), row.Long(7), row.Text(8),
            row.Long(9), row.LongOrNull(10))
        {
            GovernedBy = row.TextOrNull(11),
        });

    public static Error Missing(string name) =>
        Error.NotFound($"There is no repository '{PlainText.Cut(name, 128)}', or you may not view it.");
}
