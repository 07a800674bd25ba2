using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Aliases;

/// <summary>The rows of foreign names, inside a session.</summary>
internal static class AliasTable
{
    private static readonly SqlText FindAlias = VersioningSql.Catalog["FindAlias"];
    private static readonly SqlText SetAlias = VersioningSql.Catalog["SetAlias"];
    private static readonly SqlText FindAliasPart = VersioningSql.Catalog["FindAliasPart"];
    private static readonly SqlText SetAliasPart = VersioningSql.Catalog["SetAliasPart"];
    private static readonly SqlText DeleteAliasPart = VersioningSql.Catalog["DeleteAliasPart"];
    private static readonly SqlText DeleteOldAliasParts = VersioningSql.Catalog["DeleteOldAliasParts"];

    public static ValueTask<BlobInfo?> FindAsync(DbSession session, long repository, ContentAlias alias) =>
        Name(session.Prepare(FindAlias), repository, alias).FirstAsync<BlobInfo?>(Read);

    /// <summary>What has arrived of the content, if not longer ago than since then.</summary>
    public static ValueTask<BlobInfo?> FindPartAsync(DbSession session, long repository, ContentAlias alias, long sinceMs) =>
        Name(session.Prepare(FindAliasPart), repository, alias).Bind("since_ms", sinceMs).FirstAsync<BlobInfo?>(Read);

    /// <summary>Names content that is durable; a part of it is needed no more.</summary>
    public static async ValueTask SetAsync(DbSession session, long repository, ContentAlias alias, BlobInfo content, long nowMs)
    {
        await Name(session.Prepare(SetAlias), repository, alias)
            .Bind("file_id", content.Id.ToBytes()).Bind("size_bytes", content.SizeBytes).Bind("now_ms", nowMs).ExecuteAsync();
        await DropPartAsync(session, repository, alias);
    }

    public static async ValueTask SetPartAsync(
        DbSession session, long repository, ContentAlias alias, BlobInfo part, long nowMs, TimeSpan lifetime)
    {
        await session.Prepare(DeleteOldAliasParts).Bind("before_ms", nowMs - (long)lifetime.TotalMilliseconds).ExecuteAsync();
        await Name(session.Prepare(SetAliasPart), repository, alias)
            .Bind("file_id", part.Id.ToBytes()).Bind("received_bytes", part.SizeBytes).Bind("now_ms", nowMs).ExecuteAsync();
    }

    public static async ValueTask DropPartAsync(DbSession session, long repository, ContentAlias alias) =>
        await Name(session.Prepare(DeleteAliasPart), repository, alias).ExecuteAsync();

    private static DbStatement Name(DbStatement statement, long repository, ContentAlias alias) =>
        statement.Bind("repo_no", repository).Bind("algorithm", (long)alias.Algorithm).Bind("digest", alias.ToBytes());

    private static BlobInfo? Read(DbRow row) => new BlobInfo(new Digest(row.Bytes(0)), row.Long(1));
}
