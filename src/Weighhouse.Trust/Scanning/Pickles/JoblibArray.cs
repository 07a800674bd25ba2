using Weighhouse.Trust.Scanning.Bytes;
using Weighhouse.Trust.Scanning.Formats;

namespace Weighhouse.Trust.Scanning.Pickles;

/// <summary>
/// Arrays in files of joblib: an object in the pickle says how large the array is, and its bytes stand in the middle of the pickle,
/// where joblib's own machine takes them out.
/// </summary>
internal static class JoblibArray
{
    private const string Module = "joblib.numpy_pickle";

    public static bool Is(PickleInstance instance) => instance.Maker is { Module: Module, Name: "NumpyArrayWrapper" };

    /// <summary>Passes over the array behind the opcode that was just read, and looks at it as those do who do not know joblib.</summary>
    public static void Pass(PickleInstance wrapper, PickleMachine machine, PickleCheck check, long offset)
    {
        var reader = machine.Reader;
        if (Member(wrapper.State, "dtype", machine)?.Instance is not { } type || TypeOf(type, machine) is not { } element)
            throw Unknown(check, offset, "type");
        if (element.HasObjects)
        {
            PassObjects(reader, check);
            return;
        }

        var alignment = Member(wrapper.State, "numpy_array_alignment_bytes", machine);
        if (Member(wrapper.State, "shape", machine) is not { } shape || CountOf(shape) is not { } count
            || alignment is { Kind: not (PickleKind.Number or PickleKind.None) })
            throw Unknown(check, offset, "shape");
        var start = reader.Position;
        if (alignment is { Kind: PickleKind.Number }) reader.Skip(reader.Byte());
        var bytes = element.SizeBytes * count;
        if (bytes > (ulong)reader.Left) throw new PickleErrorException($"has an array of {bytes} bytes, and {reader.Left} are left");
        var end = reader.Position + (long)bytes;
        LookWithoutJoblib(reader, start, check);
        reader.GoTo(end);
    }

    /// <summary>Python's own machine goes on with the bytes of the array as if they were opcodes.</summary>
    private static void LookWithoutJoblib(ContentReader reader, long start, PickleCheck check)
    {
        Span<byte> first = stackalloc byte[1];
        if (reader.Content.Read(start, first) == 0 || PickleOpcodes.Of(first[0]) is null) return;
        var looked = check.Aside();
        var ended = new PickleMachine(new ContentReader(reader.Content, start), looked, isForgiving: true).Run();
        if (ended.HasActed) check.Take(looked);
    }

    private static void PassObjects(ContentReader reader, PickleCheck check)
    {
        var ended = new PickleMachine(reader, check).Run();
        if (ended.Error is not null) throw new PickleErrorException(ended.Error);
    }

    /// <summary>Null for a shape that is none, or larger than any memory.</summary>
    private static UInt128? CountOf(PickleValue shape)
    {
        if (shape.Kind != PickleKind.Tuple || shape.Object is null) return null;
        var count = (UInt128)1;
        foreach (var size in shape.Items)
        {
            if (size.Kind != PickleKind.Number || size.Number < 0) return null;
            count *= (ulong)size.Number;
            if (count > long.MaxValue) return null;
        }

        return count;
    }

    private static NumpyType? TypeOf(PickleInstance type, PickleMachine machine)
    {
        if (type.Maker is not { Module: "numpy", Name: "dtype" } || type.Arguments.Items is not [var text, ..]) return null;
        if (!PickleMachine.IsText(text) || NumpyType.Parse(machine.NameOf(text)) is not { } parsed) return null;
        // What is set later counts: the size of texts and of structures, and a flag whether there are objects in them.
        if (type.State.Kind == PickleKind.Opaque) return parsed.IsStructure ? null : parsed;
        if (type.State.Items is not [_, _, _, _, _, { Kind: PickleKind.Number } size, _, { Kind: PickleKind.Number } flags,
            ..]) return null;
        if (parsed.IsSized && size.Number < 0) return null;
        return parsed with
        {
            SizeBytes = parsed.IsSized ? (ulong)size.Number : parsed.SizeBytes,
            HasObjects = parsed.HasObjects || (flags.Number & 1) != 0,
        };
    }

    /// <summary>Null when there is none, and an opaque one when it cannot be told which counts.</summary>
    private static PickleValue? Member(PickleValue state, string name, PickleMachine machine)
    {
        if (state.Kind != PickleKind.Dictionary || state.Items.Count % 2 != 0) return PickleValue.Opaque;
        PickleValue? found = null;
        for (var at = 0; at < state.Items.Count; at += 2)
        {
            var key = PickleMachine.IsText(state.Items[at]) ? machine.NameOf(state.Items[at]) : "\\";
            if (key.Contains('\\', StringComparison.Ordinal)) return PickleValue.Opaque;
            if (key == name) found = state.Items[at + 1];
        }

        return found;
    }

    private static PickleErrorException Unknown(PickleCheck check, long offset, string what)
    {
        check.Unsure(offset, $"An array of joblib in it has a {what} that cannot be made out: where it ends is not known");
        return new PickleErrorException("has an array whose end is not known");
    }
}
