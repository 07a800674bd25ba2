using System.Globalization;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>Reads gates.</summary>
internal static class GateRules
{
    private const string Kinds = $"{LineageGate.KindName}, {ScanGate.KindName}, {SignatureGate.KindName}, {MetricGate.KindName}, "
        + $"{CompareGate.KindName}, {FairnessGate.KindName} or {ExternalGate.KindName}";

    /// <summary>Null, and a problem, when it is none.</summary>
    public static GateDefinition? Read(string name, RulesMapping gate, IReadOnlyList<RuleKey> keys)
    {
        var kind = gate.Need("kind");
        GateDefinition? read = kind switch
        {
            LineageGate.KindName => Lineage(name, gate),
            ScanGate.KindName => Scan(name, gate.Texts("allow")),
            SignatureGate.KindName => ReadSignature(name, gate, keys),
            ExternalGate.KindName => External(name, gate),
            MetricGate.KindName => EvaluationRules.Metric(name, gate),
            CompareGate.KindName => EvaluationRules.Compare(name, gate),
            FairnessGate.KindName => EvaluationRules.Fairness(name, gate),
            _ => null,
        };
        if (read is null)
        {
            if (kind.Length > 0) gate.Problem($"kind is '{kind}'; use {Kinds}");
            return null;
        }

        gate.Finish();
        return read;
    }

    public static SignatureGate Signature(string name, IReadOnlyList<RuleKey> keys)
    {
        // The names of keys are for people, but they are in what a run tells.
        var parts = keys.Select(static key => string.Join(
            '\n', key.Name, key.Pem.Trim(), Text(key.FromMs), Text(key.UntilMs), Text(key.RevokedMs)));
        var (canonical, id) = Canonical.Of(SignatureGate.KindName, ("keys", [.. parts]));
        return new SignatureGate(name, canonical, id, keys);
    }

    private static LineageGate Lineage(string name, RulesMapping gate)
    {
        var asked = gate.Texts("require");
        if (asked.Count == 0) asked = [LineageGate.Data, LineageGate.Code];
        foreach (var other in asked.Except(LineageGate.Known, StringComparer.Ordinal))
            gate.Problem($"require knows {string.Join(", ", LineageGate.Known)}, not '{other}'");
        var (canonical, id) = Canonical.Of(LineageGate.KindName, ("require", [.. asked.Order(StringComparer.Ordinal)]));
        return new LineageGate(name, canonical, id, asked);
    }

    private static ScanGate Scan(string name, IReadOnlyList<string> allowed)
    {
        var (canonical, id) = Canonical.Of(ScanGate.KindName, ("allow", [.. allowed.Order(StringComparer.Ordinal)]));
        return new ScanGate(name, canonical, id, allowed);
    }

    private static SignatureGate ReadSignature(string name, RulesMapping gate, IReadOnlyList<RuleKey> keys)
    {
        if (keys.Count == 0) gate.Problem("a signature needs keys: the public keys that are trusted");
        return Signature(name, keys);
    }

    private static ExternalGate External(string name, RulesMapping gate)
    {
        var reporters = gate.Texts("reporters");
        if (reporters.Count == 0) gate.Problem("reporters is absent: name the users whose tokens report, such as [ci]");
        var (canonical, id) = Canonical.Of(
            ExternalGate.KindName, ("name", [name]), ("reporters", [.. reporters.Order(StringComparer.Ordinal)]));
        return new ExternalGate(name, canonical, id, reporters);
    }

    private static string Text(long? ms) => ms?.ToString(CultureInfo.InvariantCulture) ?? "";
}
