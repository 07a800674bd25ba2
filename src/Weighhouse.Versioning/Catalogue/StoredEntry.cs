using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Catalogue;

/// <summary>A row of the catalogue.</summary>
/// <param name="SeenNumber">The head that was looked at: 0 for a branch without commits, null before the first look.</param>
/// <param name="HeadNumber">The head now.</param>
internal sealed record StoredEntry(
    long Number, long Repository, CatalogueEntry Facts, long? SeenNumber, long HeadNumber)
{
    public bool IsBehind => SeenNumber != HeadNumber;

    public static Func<DbRow, StoredEntry> Reader(long nowMs) => row => Read(row, nowMs);

    private static StoredEntry Read(DbRow row, long nowMs)
    {
        TimeSpan? freshFor = row.LongOrNull(10) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
        var note = new CatalogueNote(
            row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), CatalogueWords.ItemsOf(row.Text(9)), freshFor);
        var (seen, head) = (row.LongOrNull(15), row.Long(16));
        var data = row.IsNull(17) ? null : ReadData(row);
        var entry = new CatalogueEntry(
            row.Text(2), row.Text(3), row.Text(4), note, data, FreshnessOf(note, data, seen, nowMs), row.Long(11), row.Text(12),
            row.Long(13), row.Text(14))
        {
            IsBehind = seen != head,
        };
        return new StoredEntry(row.Long(0), row.Long(1), entry, seen, head);
    }

    private static CatalogueData ReadData(DbRow row) => new(
        (EntryKind)row.Long(17), new Digest(row.Bytes(18)), row.Long(19), row.IsNull(20) ? null : new Digest(row.Bytes(20)),
        row.LongOrNull(21), row.TextOrNull(22),
        row.TextOrNull(23) is { } schema ? JsonSerializer.Deserialize(schema, CatalogueJson.Default.CatalogueSchema) : null);

    /// <summary>As ListCatalogue.sql tells it.</summary>
    private static Freshness FreshnessOf(CatalogueNote note, CatalogueData? data, long? seen, long nowMs)
    {
        if (seen is not null && data is null) return Freshness.Gone;
        if (note.FreshFor is not { } period || data?.ChangedMs is not { } changed) return Freshness.Unstated;
        return changed + (long)period.TotalMilliseconds >= nowMs ? Freshness.Fresh : Freshness.Stale;
    }
}
