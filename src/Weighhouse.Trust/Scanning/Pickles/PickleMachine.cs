using System.Globalization;
using System.Text;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Pickles;

/// <summary>How one pickle ended.</summary>
/// <param name="EndOffset">Behind its last opcode.</param>
/// <param name="Error">Why it could not be read to its end; null when it was.</param>
/// <param name="HasActed">Whether it did anything that it may not, besides naming it.</param>
internal sealed record PickleRun(long EndOffset, string? Error, long ErrorOffset, string? ErrorOpcode, bool HasActed, PickleValue Result);

/// <summary>
/// Python's pickle machine with its stack, marks and memo, which follows every opcode and runs nothing: where Python would import a
/// name or call it, the name is held against the allow-list.
/// </summary>
internal sealed partial class PickleMachine(ContentReader reader, PickleCheck check, bool isForgiving = false)
{
    /// <summary>A module's or class's name; longer ones are no names.</summary>
    private const int NameLengthMax = 512;

    /// <summary>A number in digits of which more than the size matters.</summary>
    private const int DigitsMax = 64;

    /// <summary>Picklers number the memo without gaps.</summary>
    private const int MemoGapMax = 65_536;

    private long _start;
    private long _opcodeOffset;
    private string _opcode = "";
    private bool _isStopped;
    private bool _hasActed;
    private PickleValue _result;

    public ContentReader Reader => reader;

    public PickleStack Values { get; } = new(check.Options.ValuesMax, isForgiving);

    /// <summary>Runs one pickle from the reader's place to its STOP, or to where it breaks.</summary>
    public PickleRun Run()
    {
        _start = reader.Position;
        try
        {
            while (!_isStopped) Step();
            return new PickleRun(reader.Position, null, 0, null, _hasActed, _result);
        }
        catch (PickleErrorException error)
        {
            return Broken(error.Message);
        }
        catch (MalformedContentException malformed)
        {
            return Broken(malformed.Message);
        }
    }

    public void Push(PickleValue value) => Values.Push(value);

    public void PushNumber(long number) => Push(new PickleValue(PickleKind.Number, number));

    /// <summary>Python takes more spellings of numbers than need to be known: what it means only matters for shapes.</summary>
    public void PushNumberLine()
    {
        if (NumberOf(reader.Position, reader.Line()) is { } number) PushNumber(number);
        else Push(PickleValue.Opaque);
    }

    public void PushFloatLine()
    {
        reader.Line();
        Push(PickleValue.Opaque);
    }

    public void PushFloat()
    {
        reader.Skip(sizeof(double));
        Push(PickleValue.Opaque);
    }

    public void PushLong(ulong length)
    {
        if (length > sizeof(long))
        {
            PushBytes(PickleKind.Opaque, length);
            return;
        }

        var number = 0L;
        var bytes = reader.Take((int)length);
        for (var at = 0; at < bytes.Length; at++) number |= (long)bytes[at] << (8 * at);
        var unused = 64 - (8 * bytes.Length);
        PushNumber(bytes.IsEmpty ? 0 : number << unused >> unused);
    }

    public void PushBytes(PickleKind kind, ulong length)
    {
        var at = reader.Position;
        reader.Skip(length);
        Push(new PickleValue(kind, at, (long)length));
    }

    public void PushEscapedLine()
    {
        var at = reader.Position;
        Push(new PickleValue(PickleKind.EscapedText, at, reader.Line()));
    }

    public void PushFromMark(PickleKind kind)
    {
        Values.PopToMark();
        Push(new PickleValue(kind));
    }

    public void PushDictionary()
    {
        Push(Values.Dictionary(Values.PopToMark()));
    }

    public void Append(bool isMany)
    {
        if (isMany) Values.PopToMark();
        else Values.Pop();
        CheckTarget(Values.Peek(), "adds to");
    }

    public void SetItem()
    {
        var value = Values.Pop();
        Put(new PickleItems([Values.Pop(), value], 2));
    }

    public void SetItems()
    {
        Put(Values.PopToMark());
    }

    public void Remember(long key)
    {
        if (key < 0) throw new PickleErrorException("has a place in the memo before its first");
        if (key > Values.MemoCount + MemoGapMax)
            Misuse($"puts a value into place {key} of its memo: Python takes memory for all places before", null);
        Values.Remember(key, Values.Peek());
    }

    public void Recall(long key) => Push(Values.Recall(key));

    /// <summary>Signed in the format, and never below zero.</summary>
    public ulong Length4() =>
        reader.Int32() is var length and >= 0 ? (ulong)length : throw new PickleErrorException("has a length below zero");

    /// <summary>A place in the memo.</summary>
    public long NumberLine() =>
        NumberOf(reader.Position, reader.Line()) ?? throw new PickleErrorException("has a number that is none");

    /// <summary>A frame says how many bytes to fetch at once, which must be there; what they are is for the opcodes to say.</summary>
    public void Frame()
    {
        var length = reader.UInt64();
        if (length > (ulong)reader.Left) throw new PickleErrorException($"has a frame of {length} bytes, and {reader.Left} are left");
    }

    public void Protocol()
    {
        var version = reader.Byte();
        if (version > PickleOpcodes.ProtocolMax)
            throw new PickleErrorException($"is of protocol {version}; Python has none above {PickleOpcodes.ProtocolMax}");
        if (_opcodeOffset != _start) Misuse("names its protocol in the middle, which no pickler does", null);
    }

    public void Stop()
    {
        _result = Values.Pop();
        _isStopped = true;
    }

    private void Step()
    {
        check.TakeOpcode();
        _opcodeOffset = reader.Position;
        var code = reader.Byte();
        if (PickleOpcodes.Of(code) is not { } opcode)
            throw new PickleErrorException($"has the byte 0x{code:x2} where an opcode should be");
        _opcode = opcode.Name;
        opcode.Run(this);
    }

    private void Put(PickleItems items)
    {
        var target = Values.Peek();
        CheckTarget(target, "sets items of");
        if (target.Kind == PickleKind.Dictionary) Values.AddPairs(target, items);
    }

    /// <summary>What was made may be filled; what was imported may not be changed for everybody else.</summary>
    private void CheckTarget(PickleValue target, string does)
    {
        if (target.Kind is PickleKind.Global) Misuse($"{does} {target.Global}, which was imported and not made", target.Global);
    }

    private long? NumberOf(long offset, long length)
    {
        if (length > DigitsMax) return null;
        var bytes = new byte[(int)length];
        reader.Content.Read(offset, bytes);
        var digits = Encoding.Latin1.GetString(bytes).Trim().TrimEnd('L').Replace("_", "", StringComparison.Ordinal);
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private PickleRun Broken(string why) =>
        new(reader.Position, why, _opcodeOffset, _opcode.Length == 0 ? null : _opcode, _hasActed, default);
}
