using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Evaluation.Reading;

/// <summary>An array of NumPy in memory.</summary>
internal sealed class NpyArray
{
    private readonly NpyHeader _header;
    private readonly byte[] _bytes;

    private NpyArray(NpyHeader header, byte[] bytes) => (_header, _bytes) = (header, bytes);

    public long Rows => _header.Rows;

    public int Width => _header.Width;

    public bool IsText => _header.Kind == 'U';

    /// <summary>Reads it whole; what its header promises is held against the limit before anything is taken.</summary>
    public static Result<NpyArray> Read(Stream stream, string name, long valuesMax)
    {
        if (!NpyHeader.Read(stream, name).TryGet(out var header, out var error)) return error;
        if (header.Rows > valuesMax / header.Width || header.Rows * header.Width * header.ElementBytes > Array.MaxLength)
        {
            return Error.Invalid(
                $"'{name}' has {header.Rows} rows of {header.Width}; at most {valuesMax} values of arrays are read. Split it, or "
                + "send .csv.",
                "rows");
        }

        // In steps: a short file that promises much takes no more memory than it has bytes.
        using var bytes = new MemoryStream();
        var left = header.Rows * header.Width * header.ElementBytes;
        var buffer = new byte[1 << 16];
        while (left > 0)
        {
            var count = stream.Read(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
            if (count == 0) return Error.Invalid($"'{name}' ends {left} bytes early. Save the array again.", "rows");
            bytes.Write(buffer.AsSpan(0, count));
            left -= count;
        }

        return new NpyArray(header, bytes.ToArray());
    }

    public double Number(long row, int column)
    {
        var at = Element(row, column);
        if (_header.IsBigEndian)
        {
            var turned = at.ToArray();
            Array.Reverse(turned);
            at = turned;
        }

        return (_header.Kind, at.Length) switch
        {
            ('f', 8) => BinaryPrimitives.ReadDoubleLittleEndian(at),
            ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(at),
            ('f', _) => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
            ('i', 8) => BinaryPrimitives.ReadInt64LittleEndian(at),
            ('i', 4) => BinaryPrimitives.ReadInt32LittleEndian(at),
            ('i', 2) => BinaryPrimitives.ReadInt16LittleEndian(at),
            ('i', _) => (sbyte)at[0],
            (_, 8) => BinaryPrimitives.ReadUInt64LittleEndian(at),
            (_, 4) => BinaryPrimitives.ReadUInt32LittleEndian(at),
            (_, 2) => BinaryPrimitives.ReadUInt16LittleEndian(at),
            _ => at[0],
        };
    }

    public string Text(long row, int column)
    {
        if (_header.Kind == 'b') return Number(row, column) == 0 ? "false" : "true";
        if (!IsText) return Number(row, column).ToString("R", CultureInfo.InvariantCulture);
        var encoding = _header.IsBigEndian ? Encoding.GetEncoding("utf-32BE") : Encoding.UTF32;
        return encoding.GetString(Element(row, column)).TrimEnd('\0');
    }

    private ReadOnlySpan<byte> Element(long row, int column)
    {
        var place = _header.IsByColumns ? column * _header.Rows + row : row * _header.Width + column;
        return _bytes.AsSpan((int)(place * _header.ElementBytes), _header.ElementBytes);
    }
}
