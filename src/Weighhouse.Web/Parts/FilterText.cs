using Weighhouse.Kernel;

namespace Weighhouse.Web.Parts;

/// <summary>From what people type into a search box to the search grammar.</summary>
internal static class FilterText
{
    private static readonly string[] Operators = ["=", "<", ">", " like ", " ilike ", " in ", " in(", " is ", " matches ", "("];

    /// <summary>Plain words look for a name; whatever has an operator is the grammar itself.</summary>
    public static string? Of(string? typed, string nameField)
    {
        var text = typed?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (Operators.Any(sign => text.Contains(sign, StringComparison.OrdinalIgnoreCase))) return text;
        return $"{nameField} ILIKE '%{Escape(text)}%'";
    }

    /// <summary>A name of the grammar, in backticks where it has to be: metrics.`validation loss`.</summary>
    public static string Field(string entity, string key)
    {
        var isBare = key.Length > 0 && key.All(IsKeyCharacter) && !Parts.Any(part => key.EndsWith(part, StringComparison.Ordinal));
        return isBare ? $"{entity}.{key}" : $"{entity}.`{key.Replace("`", "``", StringComparison.Ordinal)}`";
    }

    public static string Escape(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    /// <summary>What a metric's name may be followed by in the grammar; a key that ends so needs its backticks.</summary>
    private static readonly string[] Parts = [".latest", ".min", ".max", ".best"];

    private static bool IsKeyCharacter(char character) =>
        char.IsLetterOrDigit(character) || character is '_' or '-' or '.' or '/' or ':' or '@' or '#' or '$';
}
