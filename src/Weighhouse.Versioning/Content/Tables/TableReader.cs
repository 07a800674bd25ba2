using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>Rows of a file one after the other, with memory for one of them.</summary>
internal abstract class TableReader : IDisposable
{
    /// <summary>Wider tables are matrices that somebody wrote as text, and better told as such.</summary>
    public const int ColumnsMax = 2_048;

    /// <summary>A row takes this much memory; a file without line ends would otherwise be read whole.</summary>
    public const int RowBytesMax = 16 << 20;

    /// <summary>Names so far, in the order in which they were met.</summary>
    public List<string> Columns { get; } = [];

    /// <summary>Whether cells are JSON values, whose kind they show.</summary>
    public abstract bool IsJson { get; }

    /// <summary>What is wrong with the file as a table; null while nothing is. Reading ends there.</summary>
    public string? Problem { get; protected set; }

    public TableRow Row { get; } = new();

    /// <summary>The bytes of the row as they stand in the file, with the end of its line; valid until the next is read.</summary>
    public ReadOnlyMemory<byte> Raw { get; protected set; }

    /// <summary>The bytes of the row that names the columns; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Header { get; protected set; }

    /// <summary>Opens content whose format a name gave: csv, tsv or jsonl.</summary>
    public static TableReader Open(FileContent content, string format) => format == "jsonl"
        ? new JsonLinesReader(content.Open())
        : new DelimitedReader(content.Open(), format == "tsv" ? (byte)'\t' : null);

    /// <summary>Reads the next row into <see cref="Row"/>.</summary>
    public abstract bool Read();

    public abstract void Dispose();
}
