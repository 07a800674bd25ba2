namespace Weighhouse.Registry.Gates.Rules;

/// <summary>A gate as it was declared.</summary>
/// <param name="Canonical">Kind and parameters as JSON with sorted names.</param>
/// <param name="Id">SHA-256 of <paramref name="Canonical"/>, in hexadecimal digits.</param>
internal abstract record GateDefinition(string Name, string Kind, string Canonical, string Id);

/// <summary>Whether it is known what the version was made from.</summary>
internal sealed record LineageGate(string Name, string Canonical, string Id, IReadOnlyList<string> Asked)
    : GateDefinition(Name, LineageGate.KindName, Canonical, Id)
{
    public const string KindName = "lineage";

    /// <summary>The commit of the data it was trained on.</summary>
    public const string Data = "data";

    /// <summary>The commit of the code that trained it, which nobody said had been changed.</summary>
    public const string Code = "code";

    /// <summary>That somebody said that the code was as it was committed.</summary>
    public const string Clean = "clean";

    public static readonly string[] Known = [Data, Code, Clean];
}

/// <summary>Whether loading the version's files runs nothing that is not allowed.</summary>
internal sealed record ScanGate(string Name, string Canonical, string Id, IReadOnlyList<string> Allowed)
    : GateDefinition(Name, ScanGate.KindName, Canonical, Id)
{
    public const string KindName = "scan";
}

/// <summary>A key whose signatures count.</summary>
internal sealed record RuleKey(string Name, string Pem, long? FromMs, long? UntilMs, long? RevokedMs);

/// <summary>Whether a trusted key signed exactly the version's files.</summary>
internal sealed record SignatureGate(string Name, string Canonical, string Id, IReadOnlyList<RuleKey> Keys)
    : GateDefinition(Name, SignatureGate.KindName, Canonical, Id)
{
    public const string KindName = "signature";
}

/// <summary>What somebody else checks and reports.</summary>
internal sealed record ExternalGate(string Name, string Canonical, string Id, IReadOnlyList<string> Reporters)
    : GateDefinition(Name, ExternalGate.KindName, Canonical, Id)
{
    public const string KindName = "external";
}

/// <summary>A gate whose verdict depends on which version is in the stage.</summary>
internal interface IAgainstChampion;
