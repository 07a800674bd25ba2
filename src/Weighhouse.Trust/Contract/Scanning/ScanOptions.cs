namespace Weighhouse.Trust.Scanning;

/// <summary>How far a scan goes. What lies beyond a limit is <see cref="ScanVerdict.Unknown"/>, never safe.</summary>
public sealed record ScanOptions
{
    public static readonly ScanOptions Default = new();

    /// <summary>Classes that pickles may name besides those of the allow-list, as <c>module.Class</c>.</summary>
    /// <value>None: whoever adds one vouches for its code.</value>
    public IReadOnlyList<string> AllowedGlobals { get; init; } = [];

    /// <summary>How deep archives may lie in archives.</summary>
    /// <value>8: a wheel in a zip in a tar.gz is 4.</value>
    public int DepthMax { get; init; } = 8;

    /// <summary>Members of all archives together.</summary>
    /// <value>100,000: a checkpoint has a member for each tensor, which are a few thousand.</value>
    public int MembersMax { get; init; } = 100_000;

    /// <summary>Bytes that may come out of compressed content, of all files together.</summary>
    /// <value>16 GiB: compressed weights of a large model; what is larger is stored as it is.</value>
    public long InflatedBytesMax { get; init; } = 16L << 30;

    /// <summary>How many times its size content may unpack to.</summary>
    /// <value>100: weights compress twofold, texts tenfold.</value>
    public int RatioMax { get; init; } = 100;

    /// <summary>Bytes up to which the ratio does not matter.</summary>
    /// <value>64 MiB: zeros compress a thousandfold, and a fresh layer is zeros.</value>
    public long RatioFreeBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of unpacked content that are kept in memory; more goes to a temporary file.</summary>
    /// <value>4 MiB.</value>
    public int MemoryBytes { get; init; } = 4 << 20;

    /// <summary>Opcodes of all pickles together.</summary>
    /// <value>200 million: about ten seconds. A forest of a thousand trees has one million.</value>
    public long OpcodesMax { get; init; } = 200_000_000;

    /// <summary>Values that one pickle may keep on its stack, in its memo and in its tuples, each.</summary>
    /// <value>4 million: 100 MB.</value>
    public int ValuesMax { get; init; } = 4_000_000;

    /// <summary>Bytes of a header, a configuration or another part that must be in memory to be read.</summary>
    /// <value>32 MiB: the largest headers of safetensors we know have 4.</value>
    public int PartBytesMax { get; init; } = 32 << 20;

    /// <summary>Findings that are kept; all of them count in the verdicts.</summary>
    /// <value>1,000.</value>
    public int FindingsMax { get; init; } = 1_000;
}
