using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>
/// Reads one level of a directory from paths in order. Rows come some hundred at a time; a subdirectory larger than that is jumped over
/// by its prefix, so that listing costs what the level holds and not what lies below it.
/// </summary>
internal static class DirectoryWalk
{
    /// <summary>After every path: the greatest character there is.</summary>
    public const string End = "\U0010FFFF";

    private const int RowsAtOnce = 256;

    private static readonly SqlText ListArtifacts = TrackingSql.Catalog["ListArtifacts"];

    /// <param name="after">Where the last page stopped; null for the beginning.</param>
    /// <returns>The entries by name, and where the next page starts; null when there is none.</returns>
    public static async ValueTask<(IReadOnlyList<ArtifactEntry> Entries, string? Next)> ReadAsync(
        DbSession session, ArtifactPath directory, string? after, int size)
    {
        var (from, to) = ArtifactTable.Inside(directory);
        var prefixLength = from.Length;
        from = after ?? from;
        var entries = new List<ArtifactEntry>();
        while (true)
        {
            var rows = await session.Prepare(ListArtifacts)
                .Bind("from_path", from).Bind("to_path", to).Bind("size", RowsAtOnce).ListAsync(ArtifactTable.Read);
            string? skip = null;
            foreach (var row in rows)
            {
                if (skip is not null && row.Path.Text.StartsWith(skip, StringComparison.Ordinal)) continue;
                if (entries.Count == size) return (Sorted(entries), row.Path.Text);
                var slash = row.Path.Text.IndexOf('/', prefixLength);
                skip = slash < 0 ? null : row.Path.Text[..(slash + 1)];
                entries.Add(slash < 0 ? row : new ArtifactEntry(ArtifactPath.Parse(row.Path.Text[..slash]).Value, null, row.ModifiedMs));
            }

            if (rows.Count < RowsAtOnce) return (Sorted(entries), null);
            // Past the subdirectory the rows ended in, or past the last file: no path holds a control character, so none lies between.
            from = skip is null ? rows[^1].Path.Text + "\u0001" : skip[..^1] + "0";
        }
    }

    private static List<ArtifactEntry> Sorted(List<ArtifactEntry> entries)
    {
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Path.Text, b.Path.Text));
        return entries;
    }
}
