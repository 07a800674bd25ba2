using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Catalogue;

/// <summary>The rows of the catalogue, inside a session.</summary>
internal static class CatalogueTable
{
    private static readonly SqlText FindCatalogueEntry = VersioningSql.Catalog["FindCatalogueEntry"];
    private static readonly SqlText ListCatalogueBehind = VersioningSql.Catalog["ListCatalogueBehind"];
    private static readonly SqlText SetCatalogueEntry = VersioningSql.Catalog["SetCatalogueEntry"];
    private static readonly SqlText SetCatalogueData = VersioningSql.Catalog["SetCatalogueData"];
    private static readonly SqlText SetCatalogueDescription = VersioningSql.Catalog["SetCatalogueDescription"];
    private static readonly SqlText SetCatalogueSchema = VersioningSql.Catalog["SetCatalogueSchema"];
    private static readonly SqlText DeleteCatalogueTexts = VersioningSql.Catalog["DeleteCatalogueTexts"];
    private static readonly SqlText DeleteCatalogueEntry = VersioningSql.Catalog["DeleteCatalogueEntry"];
    private static readonly SqlText CountCatalogue = VersioningSql.Catalog["CountCatalogue"];

    public static ValueTask<StoredEntry?> FindAsync(DbSession session, long repository, string path, long nowMs) =>
        session.Prepare(FindCatalogueEntry).Bind("repo_no", repository).Bind("path", path).FirstAsync(StoredEntry.Reader(nowMs));

    public static ValueTask<List<StoredEntry>> ListBehindAsync(DbSession session, long after, int count, long nowMs) =>
        session.Prepare(ListCatalogueBehind).Bind("after", after).Bind("count", count).ListAsync(StoredEntry.Reader(nowMs));

    public static async ValueTask<long> CountAsync(DbSession session, long repository) =>
        await session.Prepare(CountCatalogue).Bind("repo_no", repository).LongAsync() ?? 0;

    /// <returns>The entry's number.</returns>
    public static async ValueTask<long> SetAsync(
        DbSession session, long repository, string path, CatalogueNote note, string actor, long nowMs)
    {
        var number = await session.Prepare(SetCatalogueEntry)
            .Bind("repo_no", repository).Bind("path", path).Bind("owner", note.Owner)
            .Bind("source", note.Source).Bind("licence", note.Licence).Bind("tags", CatalogueWords.LinesOf(note.Tags))
            .Bind("fresh_ms", (long?)note.FreshFor?.TotalMilliseconds).Bind("now_ms", nowMs).Bind("actor", actor)
            .Bind("words", CatalogueWords.Of(path, note))
            .Bind("tag_words", CatalogueWords.LinesOf(note.Tags.Select(CatalogueWords.Fold)))
            .Bind("owner_words", CatalogueWords.LinesOf(note.Owner is { } owner ? [CatalogueWords.Fold(owner)] : []))
            .LongAsync();
        Invariant.That(number is not null);
        await session.Prepare(SetCatalogueDescription)
            .Bind("entry_no", number.Value).Bind("description", note.Description).ExecuteAsync();
        return number.Value;
    }

    /// <param name="head">The number of the head that was looked at; 0 for a branch without commits.</param>
    public static async ValueTask SetDataAsync(DbSession session, long entry, long head, CatalogueData? data)
    {
        await session.Prepare(SetCatalogueData)
            .Bind("entry_no", entry).Bind("seen_no", head).Bind("kind", data is null ? null : (long?)data.Kind)
            .Bind("content", data?.Content.ToBytes()).Bind("size_bytes", data?.SizeBytes).Bind("changed_id", data?.ChangedIn?.ToBytes())
            .Bind("changed_ms", data?.ChangedMs).Bind("changed_by", data?.ChangedBy)
            .Bind("column_words", CatalogueWords.LinesOf(
                data?.Schema?.Columns.Select(static column => CatalogueWords.Fold(column.Name)) ?? []))
            .ExecuteAsync();
        await session.Prepare(SetCatalogueSchema)
            .Bind("entry_no", entry)
            .Bind("content_schema", data?.Schema is { } schema
                ? JsonSerializer.Serialize(schema, CatalogueJson.Default.CatalogueSchema)
                : null)
            .ExecuteAsync();
    }

    public static async ValueTask DeleteAsync(DbSession session, long entry)
    {
        await session.Prepare(DeleteCatalogueTexts).Bind("entry_no", entry).ExecuteAsync();
        await session.Prepare(DeleteCatalogueEntry).Bind("entry_no", entry).ExecuteAsync();
    }
}
