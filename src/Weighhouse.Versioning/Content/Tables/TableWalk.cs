using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>Rows of one version, one behind the other.</summary>
/// <param name="Start">Of the first of them.</param>
internal readonly record struct RowRun(RowPlace Start, long Rows, long LengthBytes)
{
    public static readonly RowRun Everything = new(default, long.MaxValue, 0);
}

/// <summary>
/// Reads two versions of a table, and what lies in shared parts of their files once. From a place inside such a part at which a row
/// begins in both, all rows up to its last are the same: a row depends on its bytes and the next one alone.
/// </summary>
internal sealed class TableWalk(
    TableReader old, TableReader current, IReadOnlyList<SharedRange> shared, Action<RowSides> row, CancellationToken cancellation)
{
    private readonly List<RowRun> _old = [], _new = [];

    /// <summary>Rows of the older version that were not read as rows of both.</summary>
    public IReadOnlyList<RowRun> OldRuns => _old;

    public IReadOnlyList<RowRun> NewRuns => _new;

    /// <summary>Reads both to their ends, or to where one is no table.</summary>
    public void Run()
    {
        if (old.ReadsLike(current))
        {
            // The first row of a table without names was read to look at it.
            if (old.IsFirstPending) ReadOld();
            if (current.IsFirstPending) ReadNew();
            foreach (var range in shared) Run(range);
        }

        while (ReadOld())
        {
        }

        while (ReadNew())
        {
        }
    }

    private void Run(SharedRange range)
    {
        while (true)
        {
            var before = old.Next.PositionBytes - range.OldBytes;
            var after = current.Next.PositionBytes - range.NewBytes;
            if (before >= range.LengthBytes || after >= range.LengthBytes) return;
            if (before == after && before >= 0) break;
            if (!(before < after ? ReadOld() : ReadNew())) return;
        }

        var (oldPlace, start) = (old.Next, current.Next);
        while (current.Read())
        {
            // What follows the row decides whether it ends there.
            if (current.Next.PositionBytes - range.NewBytes >= range.LengthBytes)
            {
                Follow(oldPlace, start, current.Place);
                Note(_new, current, RowSides.New);
                return;
            }

            Tell(current, RowSides.Both);
        }

        Follow(oldPlace, start, current.Next);
    }

    /// <summary>Moves the reader of the older version as far as the other has come.</summary>
    private void Follow(RowPlace from, RowPlace start, RowPlace place) => old.MoveTo(new RowPlace(
        from.PositionBytes + place.PositionBytes - start.PositionBytes, from.RowsBefore + place.RowsBefore - start.RowsBefore,
        from.LinesBefore + place.LinesBefore - start.LinesBefore));

    private bool ReadOld()
    {
        if (!old.Read()) return false;
        Note(_old, old, RowSides.Old);
        return true;
    }

    private bool ReadNew()
    {
        if (!current.Read()) return false;
        Note(_new, current, RowSides.New);
        return true;
    }

    private void Note(List<RowRun> runs, TableReader reader, RowSides side)
    {
        var length = reader.Next.PositionBytes - reader.Place.PositionBytes;
        if (runs is [.., var last] && last.Start.RowsBefore + last.Rows == reader.Place.RowsBefore)
            runs[^1] = last with { Rows = last.Rows + 1, LengthBytes = last.LengthBytes + length };
        else runs.Add(new RowRun(reader.Place, 1, length));
        Tell(reader, side);
    }

    private void Tell(TableReader reader, RowSides side)
    {
        if ((reader.Row.Number & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
        row(side);
    }
}
