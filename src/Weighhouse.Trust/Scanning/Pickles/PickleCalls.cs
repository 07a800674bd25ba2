namespace Weighhouse.Trust.Scanning.Pickles;

/// <summary>Functions of the allow-list that are only harmless with the arguments that picklers give them.</summary>
internal static class PickleCalls
{
    /// <summary>Bytes that a call loads as a file of torch's; null for every other call.</summary>
    public static PickleValue? LoadedBytes(PickleGlobal function, PickleValue arguments) =>
        (function.Module, function.Name) is ("torch.storage", "_load_from_bytes") && arguments.Items is [{ Kind: PickleKind.Bytes } bytes]
            ? bytes
            : null;

    /// <summary>Of what class the result is, as far as that matters: old protocols make every object by one function.</summary>
    public static PickleGlobal MadeOf(PickleGlobal function, PickleValue arguments) =>
        function is { Module: "copyreg" or "copy_reg", Name: "_reconstructor" } && arguments.Items is [{ Global: { } type }, ..] ? type
            : function;

    /// <summary>Null when the arguments are those of a pickler.</summary>
    public static string? Refuse(PickleGlobal function, PickleValue arguments, PickleMachine machine) =>
        (function.Module, function.Name) switch
    {
        ("_codecs", "encode") when !IsBytesOfText(arguments, machine) =>
            "has a codec work on a text; picklers write bytes as a text in latin1, and nothing else",
        ("copyreg" or "copy_reg", "_reconstructor") when !IsReconstruction(arguments) =>
            "makes an object in a way that only asks for trouble: of what is no class, or by another class's __init__",
        ("torch._tensor", "_rebuild_from_type_v2") when arguments.Items is not [{ Global.Use: GlobalUse.Call }, ..] =>
            "has torch call what may not be called",
        ("torch.storage", "_load_from_bytes") when LoadedBytes(function, arguments) is null =>
            "has torch load what is not there to be read",
        _ => null,
    };

    private static bool IsReconstruction(PickleValue arguments) =>
        arguments.Items is [{ Global.Use: GlobalUse.Class or GlobalUse.Call }, { Global: { Use: GlobalUse.Call } basis }, _]
        && (basis.Module is "builtins" or "__builtin__");

    private static bool IsBytesOfText(PickleValue arguments, PickleMachine machine) =>
        arguments.Items is [var text, var codec] && PickleMachine.IsText(text) && PickleMachine.IsText(codec)
        && machine.NameOf(codec) is "latin1" or "latin-1";
}
