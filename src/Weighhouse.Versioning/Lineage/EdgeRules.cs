using System.Text.RegularExpressions;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Lineage;

internal static partial class EdgeRules
{
    public const int NodeLengthMax = 1_000;

    public static Error? Refuse(LineageEdge edge)
    {
        if ((RefuseNode(edge.Source, "source") ?? RefuseNode(edge.Destination, "destination")) is { } refusal) return refusal;
        if (edge.Source == edge.Destination) return Error.Invalid($"'{edge.Source}' cannot come from itself.", "destination");
        return RelationForm().IsMatch(edge.Relation)
            ? null
            : Error.Invalid(
                $"The relation '{PlainText.Cut(edge.Relation, 80)}' is not one: use small letters and '-', at most 50.", "relation");
    }

    public static Error? RefuseNode(string node, string field)
    {
        if (node.Length > NodeLengthMax)
            return Error.Invalid($"A node has at most {NodeLengthMax} characters; this one has {node.Length}.", field);
        return NodeForm().IsMatch(node)
            ? PlainText.Refuse(node, field)
            : Error.Invalid($"'{PlainText.Cut(node, 80)}' is not a node: write kind:id, such as run:4f3a.", field);
    }

    [GeneratedRegex(@"^[a-z][a-z0-9\-]{0,49}:[^\x00-\x1f]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NodeForm();

    [GeneratedRegex(@"^[a-z][a-z0-9\-]{0,49}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RelationForm();
}
