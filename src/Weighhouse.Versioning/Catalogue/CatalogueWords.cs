using System.Text;

namespace Weighhouse.Versioning.Catalogue;

/// <summary>Text as it is searched: in lower case; lists one a line with line ends around, so that a whole item is found.</summary>
internal static class CatalogueWords
{
    /// <summary>What matches every text.</summary>
    public const string Anything = "%";

    public static string Fold(string text) => text.ToLowerInvariant();

    public static string LinesOf(IEnumerable<string> items)
    {
        var lines = new StringBuilder();
        foreach (var item in items) lines.Append(lines.Length == 0 ? "\n" : "").Append(item.ReplaceLineEndings(" ")).Append('\n');
        return lines.ToString();
    }

    public static string[] ItemsOf(string lines) => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>All that is said of an entry, for the search by words.</summary>
    public static string Of(string path, CatalogueNote note) => Fold(string.Join(
        '\n', [path, note.Description ?? "", note.Owner ?? "", note.Source ?? "", note.Licence ?? "", .. note.Tags]));

    /// <summary>The pattern of texts with the word in them.</summary>
    public static string Containing(string word) => Pattern(word, "%", "%");

    /// <summary>The pattern of lists with exactly this item; everything for null.</summary>
    public static string WithItem(string? item) => string.IsNullOrWhiteSpace(item) ? Anything : Pattern(item.Trim(), "%\n", "\n%");

    private static string Pattern(string text, string before, string after)
    {
        var pattern = new StringBuilder(before);
        foreach (var character in Fold(text))
        {
            if (character is '%' or '_' or '\\') pattern.Append('\\');
            pattern.Append(character);
        }

        return pattern.Append(after).ToString();
    }
}
