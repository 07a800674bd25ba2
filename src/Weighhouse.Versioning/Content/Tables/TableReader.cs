using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>Where a row stands in its file: enough to read on from there.</summary>
/// <param name="PositionBytes">Where it begins.</param>
/// <param name="RowsBefore">Rows before it, without the header.</param>
/// <param name="LinesBefore">What is counted as lines before it, with the header.</param>
internal readonly record struct RowPlace(long PositionBytes, long RowsBefore, long LinesBefore);

/// <summary>Rows of a file one after the other, with memory for one of them.</summary>
internal abstract class TableReader(Stream stream) : IDisposable
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

    /// <summary>Where the row stands that was read last.</summary>
    public RowPlace Place { get; protected set; }

    /// <summary>Where reading goes on, behind the row that was read last.</summary>
    public RowPlace Next => new(Source.Position, Row.Number, Line);

    protected LineSource Source { get; } = new(stream);

    /// <summary>Lines begun so far.</summary>
    protected long Line { get; set; }

    /// <summary>Opens content whose format a name gave: csv, tsv or jsonl.</summary>
    public static TableReader Open(FileContent content, string format) => format == "jsonl"
        ? new JsonLinesReader(content.OpenAhead())
        : new DelimitedReader(content.OpenAhead(), format == "tsv" ? (byte)'\t' : null);

    /// <summary>Whether a row was read already to look at it, and <see cref="Read"/> gives it next.</summary>
    public virtual bool IsFirstPending => false;

    /// <summary>Reads the next row into <see cref="Row"/>.</summary>
    public abstract bool Read();

    /// <summary>Whether rows of the other, where their bytes are the same, are the same rows here.</summary>
    public abstract bool ReadsLike(TableReader other);

    /// <summary>Reads on at another row of the file.</summary>
    public virtual void MoveTo(RowPlace place)
    {
        Source.MoveTo(place.PositionBytes);
        Row.Skip(place.RowsBefore);
        Line = place.LinesBefore;
    }

    public void Dispose() => Source.Dispose();
}
