using System.Text;

namespace Weighhouse.Trust.Scanning.Pickles;

/// <summary>Names and what is done with them.</summary>
internal sealed partial class PickleMachine
{
    private static readonly PickleGlobal NoClass = new("", "", null);

    public void NameByLines()
    {
        var module = NameLine();
        Push(Named(module, NameLine()));
    }

    public void NameByStack()
    {
        var name = Values.Pop();
        var module = Values.Pop();
        if (IsText(module) && IsText(name))
        {
            Push(Named(NameOf(module), NameOf(name)));
            return;
        }

        // A text that a call makes names as well as one that is written down.
        if (!isForgiving) Misuse("names something by what is no text of the file", null);
        Push(PickleValue.Opaque);
    }

    public void Extension(uint code)
    {
        check.Extension(_opcodeOffset, _opcode, code);
        Push(PickleValue.Opaque);
    }

    public void Reduce()
    {
        var arguments = Values.Pop();
        var function = Values.Pop();
        Push(Called(function, arguments));
    }

    public void MakeByLines()
    {
        var module = NameLine();
        var named = Named(module, NameLine());
        Push(Called(named, PickleStack.Tuple(Values.PopToMark())));
    }

    public void MakeFromMark()
    {
        var items = Values.PopToMark();
        if (items.Count == 0 && !isForgiving) throw new PickleErrorException("makes an object of nothing");
        var made = items.Kept.Count == 0 ? PickleValue.Opaque : items.Kept[0];
        Push(Called(made, PickleStack.Tuple(new PickleItems([.. items.Kept.Skip(1)], items.Count - 1))));
    }

    public void MakeEmpty(bool withKeywords)
    {
        if (withKeywords) Values.Pop();
        var arguments = Values.Pop();
        var type = Values.Pop();
        if (type.Global is { } global)
        {
            if (global.Use is GlobalUse.Value) Misuse($"makes an object of {global}, which may only be named", global);
            else if (global.Use is null) _hasActed = true;
            Push(new PickleValue(PickleKind.Instance, Object: new PickleInstance(global, arguments)));
            return;
        }

        if (!(isForgiving && type.Kind == PickleKind.Opaque)) Misuse("makes an object of what is no class", null);
        Push(PickleValue.Opaque);
    }

    public void Build()
    {
        var state = Values.Pop();
        var target = Values.Peek();
        if (target.Kind == PickleKind.Global) Misuse($"changes {target.Global}, which was imported and not made", target.Global);
        if (SetsSpecialNames(state)) Misuse("sets names of an object that Python keeps to itself", target.Instance?.Maker);
        if (target.Instance is not { } instance) return;
        instance.State = state;
        if (!JoblibArray.Is(instance)) return;
        Values.Pop();
        JoblibArray.Pass(instance, this, check, _opcodeOffset);
        Push(new PickleValue(PickleKind.Instance, Object: new PickleInstance(NoClass, default)));
    }

    public void PersistentLine()
    {
        var at = reader.Position;
        Persistent(new PickleValue(PickleKind.EscapedText, at, reader.Line()));
    }

    /// <summary>What it stands for is decided by who loads it. Torch's are tensors' storages: anything else is its own affair.</summary>
    public void Persistent(PickleValue id)
    {
        var isStorage = id.Items is [{ Kind: PickleKind.Text } kind, ..] && NameOf(kind) == "storage";
        if (!isStorage && !(isForgiving && id.Kind == PickleKind.Opaque)) check.PersistentId(_opcodeOffset, _opcode);
        Push(new PickleValue(PickleKind.Persistent));
    }

    /// <summary>The text of a value that may be a name; one that no package has when it is too long or has escapes.</summary>
    public string NameOf(PickleValue value)
    {
        if (value.Length > NameLengthMax) return "(a name of " + value.Length + " bytes)";
        var bytes = new byte[(int)value.Length];
        reader.Content.Read(value.Number, bytes);
        return value.Kind == PickleKind.Text ? Encoding.UTF8.GetString(bytes) : Unescaped(Encoding.Latin1.GetString(bytes));
    }

    public static bool IsText(PickleValue value) => value.Kind is PickleKind.Text or PickleKind.EscapedText;

    public void Misuse(string what, PickleGlobal? global)
    {
        _hasActed = true;
        check.Misuse(_opcodeOffset, _opcode, what, global);
    }

    private PickleValue Called(PickleValue function, PickleValue arguments)
    {
        if (function.Global is not { } global)
        {
            if (!(isForgiving && function.Kind == PickleKind.Opaque)) Misuse("calls what was not imported by name", null);
            return PickleValue.Opaque;
        }

        if (global.Use is null) _hasActed = true;
        else if (global.Use is not GlobalUse.Call) Misuse($"calls {global}, of which it may only make empty objects", global);
        else if (PickleCalls.Refuse(global, arguments, this) is { } why) Misuse(why, global);
        if (PickleCalls.LoadedBytes(global, arguments) is { } inner) check.LoadsBytes(reader.Content, inner);
        return new PickleValue(PickleKind.Instance, Object: new PickleInstance(PickleCalls.MadeOf(global, arguments), arguments));
    }

    private PickleValue Named(string module, string name)
    {
        if (isForgiving && !(PythonName.IsPlausible(module) && PythonName.IsPlausible(name)))
            throw new PickleErrorException("names what Python has no name for");
        var global = new PickleGlobal(module, name, check.UseOf(module, name));
        if (global.Use is null) check.Unlisted(_opcodeOffset, _opcode, global);
        return new PickleValue(PickleKind.Global, Object: global);
    }

    private string NameLine()
    {
        var at = reader.Position;
        var length = reader.Line();
        return NameOf(new PickleValue(PickleKind.Text, at, length));
    }

    /// <summary>Nobody who pickles writes names with escapes. With them kept, no such name is on the list.</summary>
    private static string Unescaped(string text) =>
        text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0] ? text[1..^1] : text;

    /// <summary>State in two parts: the second one is set name by name, and so could set what a class has of its own.</summary>
    private bool SetsSpecialNames(PickleValue state)
    {
        if (state.Items is not [_, { Kind: PickleKind.Dictionary } slots] || state.Kind != PickleKind.Tuple) return false;
        for (var at = 0; at < slots.Items.Count; at += 2)
            if (IsText(slots.Items[at]) && NameOf(slots.Items[at]).StartsWith("__", StringComparison.Ordinal)) return true;
        return false;
    }
}
