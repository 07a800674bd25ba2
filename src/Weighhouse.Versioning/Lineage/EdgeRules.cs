using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Lineage;

internal static class EdgeRules
{
    public const int NodeLengthMax = 1_000;

    /// <summary>Of a relation, and of the kind of a node.</summary>
    private const int WordLengthMax = 50;

    public static Error? Refuse(LineageEdge edge)
    {
        if ((RefuseNode(edge.Source, "source") ?? RefuseNode(edge.Destination, "destination")) is { } refusal) return refusal;
        if (edge.Source == edge.Destination) return Error.Invalid($"'{edge.Source}' cannot come from itself.", "destination");
        return IsWord(edge.Relation)
            ? null
            : Error.Invalid(
                $"The relation '{PlainText.Cut(edge.Relation, 80)}' is not one: use small letters and '-', at most {WordLengthMax}.",
                "relation");
    }

    public static Error? RefuseNode(string node, string field)
    {
        if (node.Length > NodeLengthMax)
            return Error.Invalid($"A node has at most {NodeLengthMax} characters; this one has {node.Length}.", field);
        return IsNode(node)
            ? PlainText.Refuse(node, field)
            : Error.Invalid($"'{PlainText.Cut(node, 80)}' is not a node: write kind:id, such as run:4f3a.", field);
    }

    private static bool IsNode(ReadOnlySpan<char> node)
    {
        var colon = node.IndexOf(':');
        return colon > 0 && IsWord(node[..colon]) && colon + 1 < node.Length && !node[(colon + 1)..].ContainsAnyInRange('\0', '\x1f');
    }

    /// <summary>A small letter, then small letters, digits and '-'.</summary>
    private static bool IsWord(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > WordLengthMax || !char.IsAsciiLetterLower(word[0])) return false;
        foreach (var letter in word)
        {
            if (!char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-') return false;
        }

        return true;
    }
}
