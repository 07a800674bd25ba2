using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Evaluation.Reading;

/// <summary>Rows of a file one after the other, with memory for one of them, or for as many as an array is long.</summary>
internal abstract class RowReader : IDisposable
{
    private static readonly string[] Columnar = [".parquet", ".arrow", ".feather", ".orc"];

    /// <summary>Those met so far.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>How many rows were read.</summary>
    public abstract long Row { get; }

    /// <summary>Where the row stands, for messages: "line 7".</summary>
    public abstract string Place { get; }

    /// <summary>Reads the next row; false at the end.</summary>
    public abstract Result<bool> Read();

    /// <summary>Whether the row says nothing in the column.</summary>
    public abstract bool IsMissing(int column);

    public abstract bool TryNumber(int column, out double value);

    public abstract string Text(int column);

    public abstract void Dispose();

    /// <summary>Opens content by its name's ending.</summary>
    /// <param name="content">Seekable; disposed with the reader, or by a refusal.</param>
    public static Result<RowReader> Open(Stream content, string fileName, ReadingLimits limits)
    {
        var opened = Path.GetExtension(fileName).ToLowerInvariant() switch
        {
            ".npy" => NpyReader.OpenArray(content, limits),
            ".npz" => NpyReader.OpenArchive(content, limits),
            var extension => TableRows.Open(content, fileName) is { } rows
                ? Result(new TableRowReader(rows, content))
                : Refuse(fileName, extension),
        };
        if (opened.IsFailure) content.Dispose();
        return opened;
    }

    /// <summary>Why a file of this name cannot be read; null when it can.</summary>
    public static Error? RefuseName(string fileName) => Path.GetExtension(fileName).ToLowerInvariant() switch
    {
        ".csv" or ".tsv" or ".tab" or ".jsonl" or ".ndjson" or ".npy" or ".npz" => null,
        var extension => Refuse(fileName, extension),
    };

    private static Result<RowReader> Result(RowReader reader) => reader;

    private static Error Refuse(string fileName, string extension) => Error.Invalid(
        Columnar.Contains(extension)
            ? $"'{PlainText.Cut(fileName, 200)}' is a columnar file, which cannot be read here. Export it as .csv, .jsonl or .npz."
            : $"'{PlainText.Cut(fileName, 200)}' does not say what it is. Rows are read from .csv, .tsv, .jsonl, .npy and .npz.",
        "path");
}

/// <summary>How much of a file is read at once.</summary>
/// <param name="ArrayValuesMax">Numbers of an archive of arrays, which is unpacked whole.</param>
internal sealed record ReadingLimits(long ArrayValuesMax);
