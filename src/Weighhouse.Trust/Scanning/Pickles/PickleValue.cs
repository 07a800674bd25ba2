namespace Weighhouse.Trust.Scanning.Pickles;

internal enum PickleKind : byte
{
    /// <summary>Something whose content does not matter, or was too much to keep.</summary>
    Opaque,
    None,
    Number,

    /// <summary>Text as it stands in the file.</summary>
    Text,

    /// <summary>Text with escapes or quotes of its own: what it says is not looked into.</summary>
    EscapedText,
    Bytes,
    Tuple,
    List,
    Dictionary,
    Set,
    Global,
    Instance,
    Persistent,
}

/// <summary>A value as far as a scan cares. Texts and bytes stay in the file: this says where.</summary>
/// <param name="Number">The number itself, or the offset of a text's or bytes' first byte.</param>
/// <param name="Length">Of a text or bytes.</param>
internal readonly record struct PickleValue(PickleKind Kind, long Number = 0, long Length = 0, object? Object = null)
{
    public static readonly PickleValue Opaque;

    public static readonly PickleValue None = new(PickleKind.None);

    public PickleGlobal? Global => Object as PickleGlobal;

    public PickleInstance? Instance => Object as PickleInstance;

    /// <summary>
    /// The items of a tuple, or keys and values of a dictionary in turn; empty for what is neither or was too much to keep.
    /// </summary>
    public IReadOnlyList<PickleValue> Items => Object as IReadOnlyList<PickleValue> ?? [];
}

/// <summary>What a pickle asks Python for.</summary>
/// <param name="Use">What the allow-list lets be done with it; null when it is not listed.</param>
internal sealed record PickleGlobal(string Module, string Name, GlobalUse? Use)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>What came of a call or of making an object.</summary>
internal sealed class PickleInstance(PickleGlobal? maker, PickleValue arguments)
{
    /// <summary>The class, or the function that made it.</summary>
    public PickleGlobal? Maker => maker;

    public PickleValue Arguments => arguments;

    public PickleValue State { get; set; }
}
