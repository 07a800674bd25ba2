using System.Buffers;
using System.Globalization;
using System.Text;
using Weighhouse.Serving;

namespace Weighhouse.Wire.Inference;

/// <summary>An answer's JSON in a buffer of the shared pool. Floats are the shortest text that reads back the same, with a point.</summary>
internal sealed class ReplyBuffer : IDisposable
{
    private const int FirstRoom = 1_024;

    /// <summary>The longest number there is: a double with sign, point and exponent.</summary>
    private const int NumberLengthMax = 32;

    /// <summary>What needs no second look: ASCII without controls, quotes and backslashes.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static value => (byte)value).Except("\"\\"u8.ToArray())]);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstRoom);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public ReplyBuffer Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
        return this;
    }

    public ReplyBuffer Text(string text)
    {
        Span<byte> small = stackalloc byte[256];
        if (Encoding.UTF8.TryGetBytes(text, small, out var length)) return Text(small[..length]);
        return Text(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>With quotes and escapes; bytes that are no UTF-8 become the sign for that.</summary>
    public ReplyBuffer Text(ReadOnlySpan<byte> utf8)
    {
        Raw("\""u8);
        while (!utf8.IsEmpty)
        {
            var plain = utf8.IndexOfAnyExcept(Plain);
            if (plain < 0) plain = utf8.Length;
            Raw(utf8[..plain]);
            utf8 = utf8[plain..];
            if (utf8.IsEmpty) break;
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out var used);
            if (status is not OperationStatus.Done) Raw("\uFFFD"u8);
            else if (utf8[0] >= 0x80) Raw(utf8[..used]);
            else Escape(rune.Value);
            utf8 = utf8[used..];
        }

        return Raw("\""u8);
    }

    public ReplyBuffer Base64(ReadOnlySpan<byte> bytes)
    {
        var room = Room(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, room, out _, out var written);
        Length += written;
        return this;
    }

    public ReplyBuffer Number(long value)
    {
        value.TryFormat(Room(NumberLengthMax), out var written, provider: CultureInfo.InvariantCulture);
        Length += written;
        return this;
    }

    /// <summary>"[1,4]"</summary>
    public ReplyBuffer Shape(ReadOnlySpan<long> shape)
    {
        Raw("["u8);
        for (var i = 0; i < shape.Length; i++)
        {
            if (i > 0) Raw(","u8);
            Number(shape[i]);
        }

        return Raw("]"u8);
    }

    /// <summary>One element; texts as text.</summary>
    public void Element(in TensorView tensor, int index)
    {
        var room = tensor.Element is ElementType.Text ? [] : Room(NumberLengthMax);
        var culture = CultureInfo.InvariantCulture;
        int written;
        switch (tensor.Element)
        {
            case ElementType.Float32: Float(tensor.As<float>()[index], room); return;
            case ElementType.Float64: Float(tensor.As<double>()[index], room); return;
            case ElementType.Float16: Float((float)tensor.As<Half>()[index], room); return;
            case ElementType.BFloat16: Float(Half16.FloatOf(tensor.As<ushort>()[index]), room); return;
            case ElementType.Bool: Raw(tensor.Bytes[index] == 0 ? "false"u8 : "true"u8); return;
            case ElementType.Text: Text(tensor.Text(index)); return;
            case ElementType.UInt8: tensor.Bytes[index].TryFormat(room, out written, default, culture); break;
            case ElementType.UInt16: tensor.As<ushort>()[index].TryFormat(room, out written, default, culture); break;
            case ElementType.UInt32: tensor.As<uint>()[index].TryFormat(room, out written, default, culture); break;
            case ElementType.UInt64: tensor.As<ulong>()[index].TryFormat(room, out written, default, culture); break;
            case ElementType.Int8: tensor.As<sbyte>()[index].TryFormat(room, out written, default, culture); break;
            case ElementType.Int16: tensor.As<short>()[index].TryFormat(room, out written, default, culture); break;
            case ElementType.Int32: tensor.As<int>()[index].TryFormat(room, out written, default, culture); break;
            default: tensor.As<long>()[index].TryFormat(room, out written, default, culture); break;
        }

        Length += written;
    }

    /// <summary>All elements in one list.</summary>
    public ReplyBuffer Flat(in TensorView tensor)
    {
        Raw("["u8);
        var count = tensor.Count;
        for (var i = 0; i < count; i++)
        {
            if (i > 0) Raw(","u8);
            Element(tensor, i);
        }

        return Raw("]"u8);
    }

    public void Dispose()
    {
        if (_bytes.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Float(float value, Span<byte> room)
    {
        if (!float.IsFinite(value))
        {
            Word(value);
            return;
        }

        value.TryFormat(room, out var written, default, CultureInfo.InvariantCulture);
        Finish(room, written);
    }

    private void Float(double value, Span<byte> room)
    {
        if (!double.IsFinite(value))
        {
            Word(value);
            return;
        }

        value.TryFormat(room, out var written, default, CultureInfo.InvariantCulture);
        Finish(room, written);
    }

    /// <summary>A float stays one for readers that tell 1 from 1.0.</summary>
    private void Finish(Span<byte> room, int written)
    {
        if (room[..written].IndexOfAny((byte)'.', (byte)'E') < 0)
        {
            ".0"u8.CopyTo(room[written..]);
            written += 2;
        }

        Length += written;
    }

    private void Word(double value) =>
        Raw(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);

    private void Escape(int character)
    {
        switch (character)
        {
            case '"': Raw("\\\""u8); break;
            case '\\': Raw("\\\\"u8); break;
            case '\n': Raw("\\n"u8); break;
            case '\r': Raw("\\r"u8); break;
            case '\t': Raw("\\t"u8); break;
            default:
                Raw("\\u"u8);
                character.TryFormat(Room(4), out var written, "x4", CultureInfo.InvariantCulture);
                Length += written;
                break;
        }
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - Length < length)
        {
            var more = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, Length + length));
            _bytes.AsSpan(0, Length).CopyTo(more);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = more;
        }

        return _bytes.AsSpan(Length, _bytes.Length - Length);
    }
}
