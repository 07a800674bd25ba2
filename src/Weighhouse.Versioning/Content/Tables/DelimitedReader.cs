using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// Comma-separated values and their kin after RFC 4180: quotes around cells that need them and doubled inside, line ends of either kind,
/// a byte order mark. The first row names the columns unless all that is in it are numbers. Lines without anything are passed over.
/// </summary>
internal sealed class DelimitedReader : TableReader
{
    private readonly byte _delimiter;
    private readonly SearchValues<byte> _stops;
    private bool _isFirstPending;

    /// <param name="delimiter">Null to take the one that the first line has most of, of comma, semicolon, tab and bar.</param>
    public DelimitedReader(Stream stream, byte? delimiter)
        : base(stream)
    {
        Source.SkipByteOrderMark();
        while (Source.Window.IndexOf((byte)'\n') < 0 && Source.Fill(RowBytesMax))
        {
        }

        _delimiter = delimiter ?? FindDelimiter(Source.Window);
        _stops = SearchValues.Create([_delimiter, (byte)'\n', (byte)'\r']);
        if (ReadRow()) ReadHeader();
    }

    public override bool IsJson => false;

    public byte Delimiter => _delimiter;

    /// <summary>Whether the first row is a row like any other, and the columns are called by number.</summary>
    public bool LacksHeader { get; private set; }

    public override bool Read()
    {
        if (_isFirstPending) _isFirstPending = false;
        else if (!ReadRow()) return false;
        if (Row.Count > Columns.Count)
        {
            Problem = $"Line {Line} has {Row.Count} cells, and the table has {Columns.Count} columns.";
            return false;
        }

        Row.End();
        return true;
    }

    public override bool IsFirstPending => _isFirstPending;

    public override bool ReadsLike(TableReader other) => other is DelimitedReader delimited && delimited._delimiter == _delimiter
        && delimited.LacksHeader == LacksHeader && delimited.Columns.SequenceEqual(Columns, StringComparer.Ordinal);

    public override void MoveTo(RowPlace place)
    {
        base.MoveTo(place);
        _isFirstPending = false;
    }

    private static byte FindDelimiter(ReadOnlySpan<byte> text)
    {
        var line = text.IndexOf((byte)'\n') is var end and >= 0 ? text[..end] : text;
        Span<int> counts = stackalloc int[4];
        var isQuoted = false;
        foreach (var value in line)
        {
            if (value == '"') isQuoted = !isQuoted;
            else if (!isQuoted && ",;\t|"u8.IndexOf(value) is var kind and >= 0) counts[kind]++;
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
            if (counts[i] > counts[best]) best = i;
        return ",;\t|"u8[best];
    }

    private void ReadHeader()
    {
        if (Row.Count > ColumnsMax)
        {
            Problem = $"The table has {Row.Count} columns; the limit is {ColumnsMax}.";
            return;
        }

        var (numbers, empty) = (0, 0);
        for (var i = 0; i < Row.Count; i++)
        {
            if (Row[i].IsEmpty) empty++;
            else if (CellValue.TryNumber(Row[i], out _)) numbers++;
        }

        LacksHeader = numbers > 0 && numbers + empty == Row.Count;
        _isFirstPending = LacksHeader;
        if (!LacksHeader) Header = Raw.ToArray();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Row.Count; i++)
        {
            var given = LacksHeader ? $"column {i + 1}" : Encoding.UTF8.GetString(Row[i]);
            var name = given;
            // Names that stand twice are told apart by their order.
            for (var copy = 2; !taken.Add(name); copy++) name = string.Create(CultureInfo.InvariantCulture, $"{given} ({copy})");
            Columns.Add(name);
        }
    }

    private bool ReadRow()
    {
        while (Problem is null)
        {
            Row.Begin();
            Line++;
            var sawEnd = Source.HasEnded;
            var isBlank = false;
            var taken = TryParsePlain();
            if (taken == 0)
            {
                Row.Begin();
                taken = TryParse(out isBlank);
            }

            if (taken < 0)
            {
                Line--;
                if (Source.Fill(RowBytesMax)) continue;
                // What has no end of its own ends with the file, once that is known.
                if (Source.HasEnded && !sawEnd && !Source.Window.IsEmpty) continue;
                if (!Source.HasEnded) Problem = $"Line {Line + 1} begins a row of more than {RowBytesMax} bytes.";
                return false;
            }

            Raw = Source.WindowMemory[..taken];
            if (!isBlank) Place = new RowPlace(Source.Position, Row.Number, Line - 1);
            Source.Take(taken);
            if (!isBlank) return true;
        }

        return false;
    }

    /// <summary>
    /// The bytes of a row without quotes that ends in the window, its cells left where they stand: a block of bytes is looked through at
    /// once. 0 for any other row.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int TryParsePlain()
    {
        if (!Vector256.IsHardwareAccelerated) return 0;
        var (buffer, start, end) = (Source.Buffer, Source.Start, Source.Start + Source.Window.Length);
        Row.ReadFrom(buffer);
        ref var first = ref MemoryMarshal.GetArrayDataReference(buffer);
        var (delimiters, feeds) = (Vector256.Create(_delimiter), Vector256.Create((byte)'\n'));
        var (returns, quotes) = (Vector256.Create((byte)'\r'), Vector256.Create((byte)'"'));
        var cell = start;
        for (var at = start; at <= end - Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            var block = Vector256.LoadUnsafe(ref first, (nuint)at);
            var found = (Vector256.Equals(block, delimiters) | Vector256.Equals(block, feeds) | Vector256.Equals(block, returns)
                | Vector256.Equals(block, quotes)).ExtractMostSignificantBits();
            for (; found != 0; found &= found - 1)
            {
                var stop = at + BitOperations.TrailingZeroCount(found);
                var value = Unsafe.Add(ref first, stop);
                if (value == '"') return 0;
                // An empty line is no row.
                if (value != _delimiter && stop == start) return 0;
                Row.AddCell(cell, stop - cell);
                cell = stop + 1;
                if (value == _delimiter) continue;
                if (value == '\n') return cell - start;
                // Whether it is half of a line end is seen only where something follows.
                if (cell == end) return 0;
                return cell - start + (Unsafe.Add(ref first, cell) == '\n' ? 1 : 0);
            }
        }

        return 0;
    }

    /// <summary>The bytes of the row that begins the window; -1 when it does not end there.</summary>
    private int TryParse(out bool isBlank)
    {
        var window = Source.Window;
        isBlank = false;
        if (window.IsEmpty) return -1;
        for (var at = 0; ;)
        {
            var start = Row.Used;
            if (at < window.Length && window[at] == '"')
            {
                at = ParseQuoted(window, at + 1);
                if (at < 0) return -1;
            }

            var length = window[at..].IndexOfAny(_stops);
            if (length < 0 && !Source.HasEnded) return -1;
            if (length < 0) length = window.Length - at;
            Row.Append(window.Slice(at, length));
            Row.EndCell(start);
            at += length;
            if (at < window.Length && window[at] == _delimiter)
            {
                at++;
                continue;
            }

            // A carriage return at the end of what is seen may be half of a line end.
            if (at == window.Length - 1 && window[at] == '\r' && !Source.HasEnded) return -1;
            isBlank = at == 0;
            if (at < window.Length) at += window[at..].StartsWith("\r\n"u8) ? 2 : 1;
            return at;
        }
    }

    /// <summary>Where the text behind the closing quote begins; -1 when there is none in what is seen.</summary>
    private int ParseQuoted(ReadOnlySpan<byte> window, int at)
    {
        while (true)
        {
            var length = window[at..].IndexOf((byte)'"');
            if (length < 0)
            {
                if (!Source.HasEnded) return -1;
                // Nobody closed it: the rest of the file is the cell.
                Row.Append(window[at..]);
                return window.Length;
            }

            Row.Append(window.Slice(at, length));
            at += length + 1;
            if (at == window.Length && !Source.HasEnded) return -1;
            if (at == window.Length || window[at] != '"') return at;
            Row.Append("\""u8);
            at++;
        }
    }
}
