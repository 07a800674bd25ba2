namespace Weighhouse.Trust.Scanning;

/// <summary>What may be said of a file. Ordered: of several, the last one counts.</summary>
public enum ScanVerdict
{
    /// <summary>All of it was read, and nothing in it runs anything that is not known when it is loaded.</summary>
    Safe,

    /// <summary>Not all of it could be read, or it holds code that only a person can judge.</summary>
    Unknown,

    /// <summary>Loading it may run what nobody vouched for, or it is made to deceive who reads it.</summary>
    Unsafe,
}

/// <summary>One thing that a person should know about a file, and where it is.</summary>
/// <param name="Path">The file, and after each '!' a member of it: <c>model.pt!archive/data.pkl</c>.</param>
/// <param name="Code">The kind of finding, for programs: one of <see cref="FindingCode"/>.</param>
/// <param name="Why">What was found, in one sentence.</param>
/// <param name="Cure">What to do.</param>
public sealed record ScanFinding(string Path, ScanVerdict Verdict, string Code, string Why, string Cure)
{
    /// <summary>Where in the file or its member, in bytes from its beginning; null when it is about all of it.</summary>
    public long? Offset { get; init; }

    /// <summary>The name that a pickle asks Python for: <c>os.system</c>.</summary>
    public string? Global { get; init; }

    /// <summary>The opcode of the pickle: <c>STACK_GLOBAL</c>.</summary>
    public string? Opcode { get; init; }
}

/// <summary>One file and what was found in it and its members.</summary>
/// <param name="Format">What it is by its content: <c>pickle</c>, <c>zip</c>, <c>safetensors</c>, <c>unknown</c>.</param>
public sealed record FileScan(string Path, long LengthBytes, string Format, ScanVerdict Verdict, IReadOnlyList<ScanFinding> Findings);

/// <summary>What a scan found.</summary>
/// <param name="Verdict">The worst of the files.</param>
/// <param name="Rules">Names the allow-list that was used: a verdict holds for this one.</param>
/// <param name="FindingsLeftOut">How many findings more there were than the limit lets be kept; they count in the verdicts.</param>
public sealed record ScanReport(ScanVerdict Verdict, IReadOnlyList<FileScan> Files, string Rules, long FindingsLeftOut)
{
    public IEnumerable<ScanFinding> Findings => Files.SelectMany(file => file.Findings);
}
