using System.Buffers.Binary;
using System.Text;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Format;

/// <summary>The kinds of values on the wire that ONNX uses. Groups (3 and 4) are of protocol buffers before 2010: refused.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>A message that does not keep to the format or its limits. Never leaves the reader of models.</summary>
internal sealed class MalformedModelException(string message) : Exception(message);

/// <summary>What is left of the limits while one model is read.</summary>
internal sealed class ReadBudget(OnnxReadLimits limits)
{
    private int _parts;
    private int _listed;

    public int DepthMax => limits.DepthMax;

    public void TakePart()
    {
        if (++_parts > limits.PartsMax)
            throw new MalformedModelException($"it has more than {limits.PartsMax:N0} parts, and no model we know has half of that");
    }

    public void TakeListed()
    {
        if (++_listed > limits.ListedMax)
            throw new MalformedModelException($"it has more than {limits.ListedMax:N0} numbers and texts in lists");
    }
}

/// <summary>Fields of one message, over bytes that stay where they are.</summary>
internal ref struct ProtobufReader(ReadOnlyMemory<byte> message, ReadBudget budget, int depth = 0)
{
    // Malformed text is an error here as it is in the runtime's own parser.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = message.Span;
    private int _at;

    public int Field { get; private set; }

    public WireType Wire { get; private set; }

    /// <summary>The next field; its value is to be read or skipped next.</summary>
    public bool Next()
    {
        if (_at == _bytes.Length) return false;
        var tag = Varint();
        (Field, Wire) = ((int)(tag >> 3), (WireType)(tag & 7));
        if (tag > uint.MaxValue || Field == 0) throw new MalformedModelException($"the field number {tag >> 3} does not exist");
        if (Wire is not (WireType.Varint or WireType.Fixed64 or WireType.Bytes or WireType.Fixed32))
            throw new MalformedModelException($"the wire type {(int)Wire} of field {Field} is not used by ONNX");
        return true;
    }

    public bool Is(int field, WireType wire) => Field == field && Wire == wire;

    public long Integer() => (long)Varint();

    public float Number() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    public ReadOnlyMemory<byte> Bytes()
    {
        var length = Varint();
        if (length > (ulong)(_bytes.Length - _at))
            throw new MalformedModelException($"field {Field} says it has {length} bytes, and {_bytes.Length - _at} are left");
        var start = _at;
        _at += (int)length;
        return message.Slice(start, (int)length);
    }

    /// <summary>Bytes that become an entry of a list.</summary>
    public ReadOnlyMemory<byte> ListedBytes()
    {
        budget.TakeListed();
        return Bytes();
    }

    public string Text()
    {
        budget.TakePart();
        try
        {
            return Utf8.GetString(Bytes().Span);
        }
        catch (DecoderFallbackException)
        {
            throw new MalformedModelException($"the text of field {Field} is not UTF-8");
        }
    }

    public ProtobufReader Message()
    {
        budget.TakePart();
        return new ProtobufReader(Bytes(), budget, depth);
    }

    /// <summary>A message that nobody writes in two pieces, although the format would join them.</summary>
    public ProtobufReader MessageOnce(ref bool seen)
    {
        if (seen) throw new MalformedModelException($"field {Field} comes twice");
        seen = true;
        return Message();
    }

    /// <summary>A message that may hold others of its kind.</summary>
    public ProtobufReader NestedMessage()
    {
        budget.TakePart();
        if (depth >= budget.DepthMax) throw new MalformedModelException($"it is nested more than {budget.DepthMax} deep");
        return new ProtobufReader(Bytes(), budget, depth + 1);
    }

    /// <summary>One number of a list, or all of them packed: writers may choose.</summary>
    public void Integers(List<long> list)
    {
        if (Wire == WireType.Varint)
        {
            budget.TakeListed();
            list.Add(Integer());
            return;
        }

        var packed = new ProtobufReader(Bytes(), budget, depth);
        while (packed._at < packed._bytes.Length)
        {
            budget.TakeListed();
            list.Add(packed.Integer());
        }
    }

    public void Numbers(List<float> list)
    {
        var bytes = Wire == WireType.Fixed32 ? Take(sizeof(float)) : Bytes().Span;
        if (bytes.Length % sizeof(float) != 0) throw new MalformedModelException($"the numbers of field {Field} end within one");
        for (; bytes.Length > 0; bytes = bytes[sizeof(float)..])
        {
            budget.TakeListed();
            list.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes));
        }
    }

    public void Skip()
    {
        switch (Wire)
        {
            case WireType.Varint: Varint(); break;
            case WireType.Fixed64: Take(sizeof(long)); break;
            case WireType.Fixed32: Take(sizeof(int)); break;
            default: Bytes(); break;
        }
    }

    /// <summary>Four or eight bytes of a list of fixed width, or all of them packed.</summary>
    public ReadOnlyMemory<byte> FixedBytes() => Wire switch
    {
        WireType.Fixed32 => TakeMemory(sizeof(int)),
        WireType.Fixed64 => TakeMemory(sizeof(long)),
        _ => Bytes(),
    };

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_at == _bytes.Length) break;
            var next = _bytes[_at++];
            value |= shift < 64 ? (ulong)(next & 0x7F) << shift : 0;
            if (next < 0x80) return value;
        }

        throw new MalformedModelException("a number does not end");
    }

    private ReadOnlySpan<byte> Take(int length) => TakeMemory(length).Span;

    private ReadOnlyMemory<byte> TakeMemory(int length)
    {
        if (length > _bytes.Length - _at) throw new MalformedModelException($"field {Field} ends early");
        var start = _at;
        _at += length;
        return message.Slice(start, length);
    }
}
