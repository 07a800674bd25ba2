using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Weighhouse.Serving;

namespace Weighhouse.Wire.Inference;

/// <summary>Why a list of JSON is not a tensor of its type.</summary>
internal enum TensorFault
{
    None,

    /// <summary>An element is of another kind: a text among numbers, a fraction among whole numbers.</summary>
    Kind,

    /// <summary>A whole number does not fit the type.</summary>
    Range,

    /// <summary>Lists beside each other have different lengths or depths.</summary>
    Ragged,

    /// <summary>Lists are nested deeper than tensors are.</summary>
    Depth,

    /// <summary>A text is not UTF-8, or no base64 where that is asked for.</summary>
    Text,

    /// <summary>It is no JSON; the cursor says why.</summary>
    Syntax,
}

/// <summary>
/// A tensor out of lists of JSON, nested or flat, in memory of its request. Its shape is what the lists are; nothing is made for a list
/// but room for its elements, which the request's own length bounds.
/// </summary>
internal struct TensorBuilder(InferenceRequest request, ElementType element, bool allowsBase64)
{
    public const int RankMax = 32;

    private const int FirstRoom = 64;

    private readonly long[] _dimensions = NewDimensions();
    private Memory<byte> _bytes;
    private Memory<TextSlice> _texts;
    private int _used;
    private int _leafLevel = -1;
    private int _deepest;

    public int Count { get; private set; }

    public TensorFault Fault { get; private set; }

    /// <summary>Where the element lies that the fault is of.</summary>
    public int FaultAt { get; private set; }

    /// <summary>The lists' lengths from the outside in.</summary>
    public readonly ReadOnlySpan<long> Shape => _dimensions.AsSpan(0, _leafLevel < 0 ? _deepest : _leafLevel);

    public readonly ElementType Element => element;

    /// <summary>Room for so many elements at once, when somebody who is held to it later has said how many there are.</summary>
    public void Expect(int count) => Room(count);

    /// <summary>Adds one value; several make a list, whose length is for the caller to count.</summary>
    public bool Read(ref JsonCursor json, int level = 0)
    {
        if (json.Peek() is not JsonKind.Array) return Leaf(ref json, level);
        if (level >= RankMax) return Fail(TensorFault.Depth);
        if (!json.BeginArray()) return Fail(TensorFault.Syntax);
        _deepest = Math.Max(_deepest, level + 1);
        long length = 0;
        for (var isFirst = true; json.NextElement(ref isFirst); length++)
            if (!Read(ref json, level + 1)) return false;
        return json.Problem is null ? Close(level, length) : Fail(TensorFault.Syntax);
    }

    /// <summary>A list of that length has ended.</summary>
    public bool Close(int level, long length)
    {
        _deepest = Math.Max(_deepest, level + 1);
        if (_dimensions[level] < 0) _dimensions[level] = length;
        return _dimensions[level] == length || Fail(TensorFault.Ragged);
    }

    /// <summary>Gives the tensor to its request.</summary>
    public readonly void Set(int input, ReadOnlySpan<long> shape)
    {
        if (element is ElementType.Text) request.SetTexts(input, shape, _bytes[.._used], _texts[..Count]);
        else request.Set(input, element, shape, _bytes[..(Count * element.Width())]);
    }

    private static long[] NewDimensions()
    {
        var dimensions = new long[RankMax];
        dimensions.AsSpan().Fill(-1);
        return dimensions;
    }

    private bool Fail(TensorFault fault)
    {
        if (Fault is TensorFault.None) Fault = fault;
        return false;
    }

    private bool Leaf(ref JsonCursor json, int level)
    {
        FaultAt = json.At;
        if (_leafLevel < 0) _leafLevel = level;
        if (_leafLevel != level || _deepest > level) return Fail(TensorFault.Ragged);
        if (element is ElementType.Text) return Text(ref json);
        if (Count * element.Width() == _bytes.Length) Room(Math.Max(FirstRoom, 2 * Count));
        if (element is ElementType.Bool) return Flag(ref json);
        if (json.Peek() is not JsonKind.Number)
            return Fail(json.Peek() is JsonKind.End or JsonKind.Wrong ? TensorFault.Syntax : TensorFault.Kind);
        if (!json.Number(out var token)) return Fail(TensorFault.Syntax);
        var fault = Write(token, _bytes.Span[(Count * element.Width())..]);
        if (fault is not TensorFault.None) return Fail(fault);
        Count++;
        return true;
    }

    private readonly TensorFault Write(ReadOnlySpan<byte> token, Span<byte> target)
    {
        switch (element)
        {
            case ElementType.Float32:
                if (!NumberText.TryFloat32(token, out var single)) return TensorFault.Syntax;
                MemoryMarshal.Write(target, single);
                return TensorFault.None;
            case ElementType.Float64:
                if (!NumberText.TryFloat64(token, out var wide)) return TensorFault.Syntax;
                MemoryMarshal.Write(target, wide);
                return TensorFault.None;
            case ElementType.Float16:
                if (!NumberText.TryFloat64(token, out wide)) return TensorFault.Syntax;
                MemoryMarshal.Write(target, (Half)wide);
                return TensorFault.None;
            case ElementType.BFloat16:
                if (!NumberText.TryFloat32(token, out single)) return TensorFault.Syntax;
                MemoryMarshal.Write(target, Half16.BrainOf(single));
                return TensorFault.None;
            case ElementType.UInt64:
                if (!NumberText.TryUInt64(token, out var unsigned)) return NotWhole(token);
                MemoryMarshal.Write(target, unsigned);
                return TensorFault.None;
            default:
                return NumberText.TryInt64(token, out var whole) ? Write(whole, target) : NotWhole(token);
        }
    }

    private readonly TensorFault Write(long value, Span<byte> target)
    {
        var (low, high) = element switch
        {
            ElementType.UInt8 => (0, byte.MaxValue),
            ElementType.UInt16 => (0, ushort.MaxValue),
            ElementType.UInt32 => (0, uint.MaxValue),
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            ElementType.Int32 => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        if (value < low || value > high) return TensorFault.Range;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        MemoryMarshal.Write(bytes, value);
        bytes[..element.Width()].CopyTo(target);
        return TensorFault.None;
    }

    /// <summary>A fraction is another kind; a whole number that is too large, or below zero, is out of range.</summary>
    private static TensorFault NotWhole(ReadOnlySpan<byte> token)
    {
        if (!NumberText.TryFloat64(token, out var value)) return TensorFault.Syntax;
        return token.IndexOfAny("eE."u8) < 0 && double.IsFinite(value) ? TensorFault.Range : TensorFault.Kind;
    }

    private bool Flag(ref JsonCursor json)
    {
        var kind = json.Peek();
        if (kind is not (JsonKind.True or JsonKind.False)) return Fail(TensorFault.Kind);
        if (!(kind is JsonKind.True ? json.True() : json.False())) return Fail(TensorFault.Syntax);
        _bytes.Span[Count++] = kind is JsonKind.True ? (byte)1 : (byte)0;
        return true;
    }

    private bool Text(ref JsonCursor json)
    {
        var kind = json.Peek();
        if (kind is JsonKind.Object && allowsBase64) return Base64(ref json);
        if (kind is not JsonKind.Text) return Fail(TensorFault.Kind);
        if (!json.Text(out var raw, out var isEscaped)) return Fail(TensorFault.Syntax);
        var target = TextRoom(raw.Length);
        var length = raw.Length;
        if (isEscaped) length = JsonCursor.Unescape(raw, target);
        else raw.CopyTo(target);
        return length >= 0 && Utf8.IsValid(target[..length]) ? TextDone(length) : Fail(TensorFault.Text);
    }

    private bool Base64(ref JsonCursor json)
    {
        var isFirst = true;
        if (!json.BeginObject() || !json.NextName(ref isFirst, out var name)) return Fail(TensorFault.Kind);
        if (!name.SequenceEqual("b64"u8) || !json.Text(out var raw, out var isEscaped) || isEscaped) return Fail(TensorFault.Text);
        if (json.NextName(ref isFirst, out _)) return Fail(TensorFault.Text);
        if (json.Problem is not null) return Fail(TensorFault.Syntax);
        var status = System.Buffers.Text.Base64.DecodeFromUtf8(raw, TextRoom(raw.Length), out var used, out var written);
        return status is System.Buffers.OperationStatus.Done && used == raw.Length ? TextDone(written) : Fail(TensorFault.Text);
    }

    private bool TextDone(int length)
    {
        _texts.Span[Count++] = new TextSlice(_used, length);
        _used += length;
        return true;
    }

    private Span<byte> TextRoom(int length)
    {
        if (Count == _texts.Length)
        {
            var more = request.RentSlices(Math.Max(FirstRoom, 2 * Count));
            _texts.Span[..Count].CopyTo(more.Span);
            _texts = more;
        }

        if (_bytes.Length - _used < length)
        {
            var more = request.Rent(Math.Max(_used + length, 2 * _bytes.Length));
            _bytes.Span[.._used].CopyTo(more.Span);
            _bytes = more;
        }

        return _bytes.Span.Slice(_used, length);
    }

    private void Room(int count)
    {
        if (element is ElementType.Text) return;
        var width = element.Width();
        var more = request.Rent(checked(count * width));
        _bytes.Span[..(Count * width)].CopyTo(more.Span);
        _bytes = more;
    }
}
