using System.Collections.Frozen;
using System.Text.Json;

namespace Weighhouse.Web.Words;

/// <summary>The words of the pages in one language. Keys are the same in all; a test holds the pages against them.</summary>
public sealed class PageWords
{
    private readonly FrozenDictionary<string, string> _words;

    private PageWords(string language, string name)
    {
        Language = language;
        Name = name;
        using var stream = typeof(PageWords).Assembly.GetManifestResourceStream($"words/{language}.json")!;
        _words = JsonSerializer.Deserialize(stream, WebJson.Default.DictionaryStringString)!.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public static PageWords English { get; } = new("en", "English");

    public static PageWords Chinese { get; } = new("zh", "中文");

    public static IReadOnlyList<PageWords> All { get; } = [English, Chinese];

    /// <summary>As HTML names it: "en", "zh".</summary>
    public string Language { get; }

    /// <summary>The language in its own words.</summary>
    public string Name { get; }

    public IEnumerable<string> Keys => _words.Keys;

    /// <summary>The words for a key; a key without words shows itself.</summary>
    public string this[string key] => _words.GetValueOrDefault(key, key);

    /// <summary>The words with {0}, {1} replaced.</summary>
    public string this[string key, params object?[] values] => string.Format(null, this[key], values);

    /// <summary>The words of the cookie's choice, else of the first language the browser asks for that we speak, else English.</summary>
    public static PageWords Choose(string? cookie, string? acceptLanguage)
    {
        foreach (var words in All)
            if (words.Language == cookie) return words;
        foreach (var range in (acceptLanguage ?? "").Split(',', StringSplitOptions.TrimEntries))
            foreach (var words in All)
                if (range.StartsWith(words.Language, StringComparison.OrdinalIgnoreCase)) return words;
        return English;
    }
}
