using System.Globalization;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary>What two versions of a file differ in, for people.</summary>
internal sealed class ContentText(TextWriter writer, bool withRows)
{
    private const int CellLengthMax = 60;

    /// <summary>One line: which file, and how much of it.</summary>
    public static string Line(ContentDiff diff)
    {
        var letter = diff.Old is null ? 'A' : diff.New is null ? 'D' : diff.OldPath is not null ? 'R' : 'M';
        var from = diff.OldPath is { } old ? $"{ChangeView.Printable(old)} -> " : "";
        return $"{letter} {from}{ChangeView.Printable(diff.Path)}  {Amount(diff)}";
    }

    public void Write(ContentDiff diff)
    {
        writer.WriteLine(Line(diff));
        if (diff.Note is { } note) writer.WriteLine($"    {ChangeView.Printable(note)}");
        if (diff.Tensors is { } tensors) Write(tensors);
        if (diff.Table is { } table) Write(table);
        if (diff.Text is { } text) Write(text);
        writer.WriteLine();
    }

    private static string Amount(ContentDiff diff)
    {
        if (diff.Tensors is { } tensors)
        {
            var counts = tensors.Changes.GroupBy(static change => change.Kind).Select(
                static group => $"{group.Count()} {Word(group.Key)}");
            return $"{Count(tensors.NewCount, "tensor")}: {string.Join(", ", counts)}{(tensors.IsCut ? ", and more" : "")} "
                + $"({Bytes(tensors.ChangedBytes)} changed)";
        }

        if (diff.Table is { } table)
            return $"{Count(table.NewRows, "row")}: +{table.AddedRows:N0} -{table.RemovedRows:N0} ~{table.ChangedRows:N0}{Columns(table)}";
        if (diff.Text is { } text) return $"{Count(text.NewLines, "line")}: +{text.AddedLines:N0} -{text.RemovedLines:N0}";
        if (diff.Image is { } image) return $"{Size(image.Old)} -> {Size(image.New)}, {Sizes(diff)}";
        return $"{diff.New?.Format ?? diff.Old!.Format}, {Sizes(diff)}";
    }

    private static string Columns(TableDiff table)
    {
        var added = table.Columns.Count(static column => column.Old is null);
        var removed = table.Columns.Count(static column => column.New is null);
        return added + removed == 0 || table.OldRows == 0 || table.NewRows == 0 ? "" : $"; columns: +{added} -{removed}";
    }

    private void Write(TensorDiff tensors)
    {
        foreach (var fact in tensors.Facts) writer.WriteLine($"    {Cell(fact.Name)}: {Cell(fact.Old)} -> {Cell(fact.New)}");
        foreach (var change in tensors.Changes)
        {
            var name = change.OldName is { } old ? $"{Cell(old)} -> {Cell(change.Name)}" : Cell(change.Name);
            var shapes = new[] { Shape(change.Old), Shape(change.New) }.Where(static shape => shape.Length > 0).Distinct();
            writer.WriteLine($"    {Word(change.Kind),-8} {name}  {string.Join(" -> ", shapes)}");
            if (change.Movement is not { } moved) continue;
            writer.WriteLine(
                $"             {Number(100 * moved.ChangedShare)} % of {moved.Elements:N0} changed; relative distance "
                + $"{Number(moved.RelativeDistance)}, cosine {Number(moved.Cosine)}, mean |d| {Number(moved.DistanceMean)}, max |d| "
                + Number(moved.DistanceMax));
            if (moved.NewNanCount + moved.NewInfinityCount + moved.OldNanCount + moved.OldInfinityCount > 0)
            {
                writer.WriteLine(
                    $"             NaN: {moved.OldNanCount:N0} -> {moved.NewNanCount:N0}, infinite: {moved.OldInfinityCount:N0} -> "
                    + $"{moved.NewInfinityCount:N0}");
            }
        }

        if (tensors.IsCut) writer.WriteLine("    …and more: --limit");
    }

    private void Write(TableDiff table)
    {
        writer.WriteLine(table.Key.Count == 0
            ? "    rows compared whole: name the columns of a key with --key"
            : $"    rows matched by {string.Join(", ", table.Key.Select(Cell))}{(table.IsKeyGuessed ? " (found)" : "")}");
        if (table.RepeatedKeys > 0)
        {
            var verb = table.RepeatedKeys == 1 ? "repeats" : "repeat";
            writer.WriteLine($"    {Count(table.RepeatedKeys, "row")} {verb} the key of another");
        }

        foreach (var column in table.Columns)
        {
            var change = column.Old is null ? "added" : column.New is null ? "removed" : column.Old.Type != column.New.Type
                ? $"{column.Old.Type} -> {column.New.Type}".ToLowerInvariant() : "";
            if (change.Length == 0 && column.ChangedCells == 0) continue;
            writer.WriteLine($"    column {Cell(column.Name)}: {change}{(change.Length > 0 && column.ChangedCells > 0 ? ", " : "")}"
                + (column.ChangedCells > 0 ? $"{Count(column.ChangedCells, "cell")} changed{Means(column)}" : ""));
        }

        if (!withRows) return;
        foreach (var row in table.Changes) Write(row);
        if (table.IsCut) writer.WriteLine("    …and more: --limit");
    }

    private void Write(RowChange row)
    {
        var sign = row.Kind switch { RowChangeKind.Added => '+', RowChangeKind.Removed => '-', _ => '~' };
        var cells = row.Cells.Select(cell => row.Kind == RowChangeKind.Changed
            ? $"{Cell(cell.Column)}: {Cell(cell.Old)} -> {Cell(cell.New)}"
            : $"{Cell(cell.Column)}={Cell(cell.New ?? cell.Old)}");
        var key = row.Kind == RowChangeKind.Changed ? string.Join(", ", row.Key.Select(Cell)) + "  " : "";
        writer.WriteLine($"    {sign} {key}{string.Join("  ", cells)}");
    }

    private void Write(TextDiff text)
    {
        foreach (var hunk in text.Hunks)
        {
            writer.WriteLine($"    @@ -{hunk.OldStart},{hunk.OldCount} +{hunk.NewStart},{hunk.NewCount} @@");
            foreach (var line in hunk.Lines)
            {
                var sign = line.Kind switch { TextLineKind.Added => '+', TextLineKind.Removed => '-', _ => ' ' };
                writer.WriteLine($"    {sign}{ChangeView.Printable(line.Text.Replace('\t', ' '))}");
            }
        }

        if (text.IsCut) writer.WriteLine("    …and more: --limit");
    }

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{count:N0} {what}s";

    private static string Means(ColumnDiff column) => column is { Old.Numbers: { } old, New.Numbers: { } current }
        ? $", mean {Number(old.Mean)} -> {Number(current.Mean)}"
        : "";

    private static string Word(TensorChangeKind kind) => kind.ToString().ToLowerInvariant();

    private static string Shape(TensorFacts? facts) => facts is null ? "" : $"{facts.DataType}[{string.Join(',', facts.Shape)}]";

    private static string Size(ImageFacts? image) => image is null ? "none" : $"{image.Format} {image.Width}x{image.Height}";

    private static string Sizes(ContentDiff diff) => $"{Bytes(diff.Old?.SizeBytes)} -> {Bytes(diff.New?.SizeBytes)}";

    private static string Bytes(long? bytes) => bytes switch
    {
        null => "none",
        < 1_000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Content on one line of a terminal, whatever is in it.</summary>
    private static string Cell(string? text) => text is null
        ? "(none)"
        : ChangeView.Printable(text.Length <= CellLengthMax ? text : text[..(CellLengthMax - 1)] + "…");
}
