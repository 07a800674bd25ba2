using System.Text.Json.Serialization;

namespace Weighhouse.Versioning;

/// <summary>What the cells of a column have in common. Empty cells and JSON's null belong to every type.</summary>
[JsonConverter(typeof(SnakeCase<ColumnType>))]
public enum ColumnType
{
    /// <summary>No cell has a value.</summary>
    Empty,
    Boolean,
    Integer,
    Number,
    Text,
    /// <summary>JSON objects or arrays.</summary>
    Nested,
    /// <summary>JSON values of several kinds.</summary>
    Mixed,
}

/// <param name="Min">Of numbers; null for other types, as the following.</param>
/// <param name="Median">Quantiles are exact up to 1,024 values, and within 1 % of the value beyond.</param>
public sealed record ColumnNumbers(
    double Mean, double StandardDeviation, double Min, double LowerQuartile, double Median, double UpperQuartile, double Max);

/// <summary>What a column holds.</summary>
/// <param name="NullCount">Empty cells, JSON's null, and properties that are absent.</param>
/// <param name="DistinctCount">Exact up to 1,024, and within about 3 % beyond.</param>
public sealed record ColumnFacts(string Name, ColumnType Type, long Count, long NullCount, long DistinctCount, ColumnNumbers? Numbers);

/// <summary>A column on both sides, or on the one that has it.</summary>
/// <param name="ChangedCells">In rows that are on both sides; 0 without a key.</param>
public sealed record ColumnDiff(string Name, ColumnFacts? Old, ColumnFacts? New, long ChangedCells);

[JsonConverter(typeof(SnakeCase<RowChangeKind>))]
public enum RowChangeKind
{
    Added,
    Removed,
    /// <summary>The same key with other cells.</summary>
    Changed,
}

/// <summary>A cell as text; null where the row or the property is absent. Long text is cut at 500 characters.</summary>
public sealed record CellChange(string Column, string? Old, string? New);

/// <param name="Key">The cells of the key; empty without a key.</param>
/// <param name="OldRow">Its number in the older version, from 1 and without the header; null for an added row.</param>
/// <param name="Cells">Of a changed row, the cells that differ; of others, all of them.</param>
public sealed record RowChange(
    RowChangeKind Kind, IReadOnlyList<string?> Key, long? OldRow, long? NewRow, IReadOnlyList<CellChange> Cells);

/// <summary>
/// How a table differs. With a key, rows are matched by it; without one, rows are a bag: a row that differs in a cell is one removed and
/// one added. Columns that only one side has take no part in comparing rows.
/// </summary>
/// <param name="Key">The columns of the key; empty when rows were compared whole.</param>
/// <param name="IsKeyGuessed">Whether the key was found and not given.</param>
/// <param name="RepeatedKeys">Rows whose key an earlier row of the same side has: matched in their order.</param>
/// <param name="Columns">Those of the newer side in its order, then those that were removed.</param>
/// <param name="Changes">
/// By the row's number in the newer side, or in the older for removed ones; at most as many as were asked for.
/// </param>
/// <param name="IsCut">Whether there are more changes than are told; the counts are exact all the same.</param>
public sealed record TableDiff(
    long OldRows,
    long NewRows,
    long AddedRows,
    long RemovedRows,
    long ChangedRows,
    IReadOnlyList<string> Key,
    bool IsKeyGuessed,
    long RepeatedKeys,
    IReadOnlyList<ColumnDiff> Columns,
    IReadOnlyList<RowChange> Changes,
    bool IsCut);

/// <param name="IsSampled">Whether it was told from the first rows, and not from all.</param>
public sealed record TableSummary(long Rows, IReadOnlyList<ColumnFacts> Columns, bool IsSampled);
