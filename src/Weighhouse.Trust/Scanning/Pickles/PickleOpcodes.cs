namespace Weighhouse.Trust.Scanning.Pickles;

/// <param name="Name">As Python's pickletools calls it.</param>
internal sealed record PickleOpcode(string Name, Action<PickleMachine> Run);

/// <summary>Every opcode of protocols 0 to 5.</summary>
internal static class PickleOpcodes
{
    public const byte Proto = 0x80;
    public const byte Stop = (byte)'.';
    public const byte ProtocolMax = 5;

    private static readonly PickleOpcode?[] All = Build();

    public static PickleOpcode? Of(byte code) => All[code];

    private static PickleOpcode?[] Build()
    {
        var all = new PickleOpcode?[256];
        AddLiterals(all);
        AddContainers(all);
        AddMemoAndFrames(all);
        AddCalls(all);
        return all;
    }

    private static void AddLiterals(PickleOpcode?[] all)
    {
        Add(all, 'N', "NONE", m => m.Push(PickleValue.None));
        Add(all, 0x88, "NEWTRUE", m => m.PushNumber(1));
        Add(all, 0x89, "NEWFALSE", m => m.PushNumber(0));
        Add(all, 'I', "INT", m => m.PushNumberLine());
        Add(all, 'L', "LONG", m => m.PushNumberLine());
        Add(all, 'F', "FLOAT", m => m.PushFloatLine());
        Add(all, 'G', "BINFLOAT", m => m.PushFloat());
        Add(all, 'J', "BININT", m => m.PushNumber(m.Reader.Int32()));
        Add(all, 'K', "BININT1", m => m.PushNumber(m.Reader.Byte()));
        Add(all, 'M', "BININT2", m => m.PushNumber(m.Reader.UInt16()));
        Add(all, 0x8a, "LONG1", m => m.PushLong(m.Reader.Byte()));
        Add(all, 0x8b, "LONG4", m => m.PushLong(m.Length4()));
        Add(all, 'S', "STRING", m => m.PushEscapedLine());
        Add(all, 'V', "UNICODE", m => m.PushEscapedLine());
        Add(all, 'T', "BINSTRING", m => m.PushBytes(PickleKind.Text, m.Length4()));
        Add(all, 'U', "SHORT_BINSTRING", m => m.PushBytes(PickleKind.Text, m.Reader.Byte()));
        Add(all, 0x8c, "SHORT_BINUNICODE", m => m.PushBytes(PickleKind.Text, m.Reader.Byte()));
        Add(all, 'X', "BINUNICODE", m => m.PushBytes(PickleKind.Text, m.Reader.UInt32()));
        Add(all, 0x8d, "BINUNICODE8", m => m.PushBytes(PickleKind.Text, m.Reader.UInt64()));
        Add(all, 'C', "SHORT_BINBYTES", m => m.PushBytes(PickleKind.Bytes, m.Reader.Byte()));
        Add(all, 'B', "BINBYTES", m => m.PushBytes(PickleKind.Bytes, m.Reader.UInt32()));
        Add(all, 0x8e, "BINBYTES8", m => m.PushBytes(PickleKind.Bytes, m.Reader.UInt64()));
        Add(all, 0x96, "BYTEARRAY8", m => m.PushBytes(PickleKind.Bytes, m.Reader.UInt64()));
        Add(all, 0x97, "NEXT_BUFFER", m => m.Push(PickleValue.Opaque));
        Add(all, 0x98, "READONLY_BUFFER", m => m.Values.Peek());
    }

    private static void AddContainers(PickleOpcode?[] all)
    {
        Add(all, '(', "MARK", m => m.Values.Mark());
        Add(all, '0', "POP", m => m.Values.PopValueOrMark());
        Add(all, '1', "POP_MARK", m => m.Values.PopToMark());
        Add(all, '2', "DUP", m => m.Push(m.Values.Peek()));
        Add(all, ')', "EMPTY_TUPLE", m => m.Push(PickleStack.Tuple(new PickleItems([], 0))));
        Add(all, 't', "TUPLE", m => m.Push(PickleStack.Tuple(m.Values.PopToMark())));
        Add(all, 0x85, "TUPLE1", m => m.Push(m.Values.TupleOf(1)));
        Add(all, 0x86, "TUPLE2", m => m.Push(m.Values.TupleOf(2)));
        Add(all, 0x87, "TUPLE3", m => m.Push(m.Values.TupleOf(3)));
        Add(all, ']', "EMPTY_LIST", m => m.Push(new PickleValue(PickleKind.List)));
        Add(all, 'l', "LIST", m => m.PushFromMark(PickleKind.List));
        Add(all, 'a', "APPEND", m => m.Append(isMany: false));
        Add(all, 'e', "APPENDS", m => m.Append(isMany: true));
        Add(all, '}', "EMPTY_DICT", m => m.Push(m.Values.Dictionary(new PickleItems([], 0))));
        Add(all, 'd', "DICT", m => m.PushDictionary());
        Add(all, 's', "SETITEM", m => m.SetItem());
        Add(all, 'u', "SETITEMS", m => m.SetItems());
        Add(all, 0x8f, "EMPTY_SET", m => m.Push(new PickleValue(PickleKind.Set)));
        Add(all, 0x90, "ADDITEMS", m => m.Append(isMany: true));
        Add(all, 0x91, "FROZENSET", m => m.PushFromMark(PickleKind.Set));
    }

    private static void AddMemoAndFrames(PickleOpcode?[] all)
    {
        Add(all, Proto, "PROTO", m => m.Protocol());
        Add(all, 0x95, "FRAME", m => m.Frame());
        Add(all, Stop, "STOP", m => m.Stop());
        Add(all, 'g', "GET", m => m.Recall(m.NumberLine()));
        Add(all, 'h', "BINGET", m => m.Recall(m.Reader.Byte()));
        Add(all, 'j', "LONG_BINGET", m => m.Recall(m.Reader.UInt32()));
        Add(all, 'p', "PUT", m => m.Remember(m.NumberLine()));
        Add(all, 'q', "BINPUT", m => m.Remember(m.Reader.Byte()));
        Add(all, 'r', "LONG_BINPUT", m => m.Remember(m.Reader.UInt32()));
        Add(all, 0x94, "MEMOIZE", m => m.Remember(m.Values.MemoCount));
    }

    private static void AddCalls(PickleOpcode?[] all)
    {
        Add(all, 'c', "GLOBAL", m => m.NameByLines());
        Add(all, 0x93, "STACK_GLOBAL", m => m.NameByStack());
        Add(all, 0x82, "EXT1", m => m.Extension(m.Reader.Byte()));
        Add(all, 0x83, "EXT2", m => m.Extension(m.Reader.UInt16()));
        Add(all, 0x84, "EXT4", m => m.Extension(m.Reader.UInt32()));
        Add(all, 'R', "REDUCE", m => m.Reduce());
        Add(all, 'b', "BUILD", m => m.Build());
        Add(all, 'i', "INST", m => m.MakeByLines());
        Add(all, 'o', "OBJ", m => m.MakeFromMark());
        Add(all, 0x81, "NEWOBJ", m => m.MakeEmpty(withKeywords: false));
        Add(all, 0x92, "NEWOBJ_EX", m => m.MakeEmpty(withKeywords: true));
        Add(all, 'P', "PERSID", m => m.PersistentLine());
        Add(all, 'Q', "BINPERSID", m => m.Persistent(m.Values.Pop()));
    }

    private static void Add(PickleOpcode?[] all, int code, string name, Action<PickleMachine> run) =>
        all[code] = new PickleOpcode(name, run);
}
