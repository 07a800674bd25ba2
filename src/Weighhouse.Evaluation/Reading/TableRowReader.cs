using System.Buffers;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Evaluation.Reading;

/// <summary>Rows of text files.</summary>
internal sealed class TableRowReader(TableRows rows, Stream content) : RowReader
{
    public override IReadOnlyList<string> Columns => rows.Columns;

    public override long Row => rows.Row;

    /// <summary>Lines are counted anew where they are asked for: cells in quotes may have ends of lines.</summary>
    public override string Place => $"line {1 + CountLines(rows.Position)}";

    public override Result<bool> Read()
    {
        if (rows.Read()) return true;
        return rows.Problem is { } problem ? Error.Invalid($"The rows cannot be read. {problem}", "rows") : false;
    }

    public override bool IsMissing(int column) => rows.IsMissing(column);

    public override bool TryNumber(int column, out double value) => rows.TryNumber(column, out value);

    public override string Text(int column) => rows.Text(column);

    public override void Dispose() => rows.Dispose();

    private long CountLines(long until)
    {
        var (back, lines) = (content.Position, 0L);
        content.Position = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        while (until > 0)
        {
            var count = content.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, until)));
            if (count == 0) break;
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
            until -= count;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        content.Position = back;
        return lines;
    }
}
