using System.Text;
using Weighhouse.Kernel;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>Reads what stages ask from YAML: docs/reference/gates.md.</summary>
internal static class RulesText
{
    /// <summary>Where a version may bring rules of its own, among its files.</summary>
    public const string FileName = "gates.yaml";

    private const int DepthMax = 16;
    private const int NameLengthMax = 100;
    private const int ApprovalsMax = 20;
    private const int ExpiryDaysMax = 365;

    public static Result<RuleSet> Parse(string text, RegistryOptions options)
    {
        if (Encoding.UTF8.GetByteCount(text) > options.RulesBytesMax)
            return Error.Invalid($"The rules have more than {options.RulesBytesMax} bytes, the limit.", "text");
        if (!Load(text).TryGet(out var root, out var error)) return error;
        var problems = new List<string>();
        var rules = Read(new RulesMapping(root, "", problems), options);
        return problems.Count == 0
            ? rules
            : Error.Invalid($"The rules cannot be used: {string.Join("; ", problems.Take(options.RuleProblemsMax))}.", "text");
    }

    private static Result<YamlNode?> Load(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            var depth = 0;
            while (parser.MoveNext())
            {
                depth += parser.Current!.NestingIncrease;
                if (depth > DepthMax || parser.Current is AnchorAlias)
                    return Error.Invalid($"The rules are nested deeper than {DepthMax} or have aliases; write them out.", "text");
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count switch
            {
                0 => Done.Ok.Map<YamlNode?>(static _ => null),
                1 => stream.Documents[0].RootNode,
                _ => Error.Invalid("The rules are more than one YAML document; join them.", "text"),
            };
        }
        catch (YamlException exception)
        {
            return Error.Invalid(
                $"The rules are not YAML: line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message}", "text");
        }
    }

    private static RuleSet Read(RulesMapping root, RegistryOptions options)
    {
        var keys = root.Maps("keys").Select(KeyRules.Read).ToList();
        var gates = new Dictionary<string, GateDefinition>(StringComparer.Ordinal);
        foreach (var (name, definition) in root.Map("gates").Entries())
        {
            if (!IsName(name)) definition.Problem($"a gate's name has 1 to {NameLengthMax} letters, digits, '-', '_', '.' or blanks");
            if (GateRules.Read(name, definition, keys) is { } gate) gates[name] = gate;
        }

        if (gates.Count > options.GatesMax) root.Problem($"there are {gates.Count} gates; the limit is {options.GatesMax}");
        var stages = new List<StageRule>();
        foreach (var (name, rule) in root.Map("stages").Entries())
        {
            if (stages.Exists(other => other.Is(name))) rule.Problem("the stage is there twice");
            stages.Add(ReadStage(name, rule, gates, keys));
        }

        root.Finish();
        return new RuleSet([.. gates.Values], stages);
    }

    private static StageRule ReadStage(
        string name, RulesMapping rule, Dictionary<string, GateDefinition> gates, IReadOnlyList<RuleKey> keys)
    {
        var asked = new List<GateDefinition>();
        foreach (var gate in rule.Texts("gates"))
        {
            if (gates.TryGetValue(gate, out var definition)) asked.Add(definition);
            else rule.Problem($"there is no gate '{gate}' below gates");
        }

        if (rule.Flag("require_signature", absent: false))
        {
            if (keys.Count == 0) rule.Problem("require_signature needs keys: the public keys that are trusted");
            else if (!asked.Exists(static gate => gate is SignatureGate)) asked.Add(GateRules.Signature("signature", keys));
        }

        var days = rule.Count("expires_days", 0, 1, ExpiryDaysMax);
        var read = new StageRule(
            name, asked, rule.Count("approvals", 0, 0, ApprovalsMax), rule.Texts("reviewers"), rule.Flag("four_eyes", absent: true),
            rule.Texts("askers"), days == 0 ? null : (long)TimeSpan.FromDays(days).TotalMilliseconds, rule.Texts("aliases"));
        rule.Finish();
        return read;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ' ');
}
