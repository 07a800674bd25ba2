using System.Text;
using System.Text.RegularExpressions;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>
/// Merges YAML by key, as blocks of text: an entry of a mapping is its line and all that belongs to it, and is taken as it stands,
/// comments, quotes and anchors too. Only block mappings are looked into; every other value is a whole.
/// </summary>
internal static partial class YamlMerger
{
    private const int DepthMax = 64;

    /// <summary>Null when a side is not a block mapping, and the text is all there is to go by.</summary>
    public static MergeOutcome? Merge(ReadOnlyMemory<byte> origin, ReadOnlyMemory<byte> ours, ReadOnlyMemory<byte> theirs)
    {
        if (Parse(Latin(origin), 0) is not { } old || Parse(Latin(ours), 0) is not { } mine || Parse(Latin(theirs), 0) is not { } other)
            return null;
        var outcome = new MergeOutcome();
        var merged = Merge("", old, mine, other, outcome);
        if (!outcome.HasConflicts) outcome.Content = new MemoryStream(Encoding.Latin1.GetBytes(merged));
        return outcome;
    }

    /// <summary>An entry of a mapping.</summary>
    /// <param name="Lead">Comments and blank lines before it.</param>
    /// <param name="Head">Its first line.</param>
    /// <param name="Body">The deeper lines.</param>
    private sealed record Entry(string Key, string Lead, string Head, string Body)
    {
        public string Text => Head + Body;
    }

    /// <param name="Tail">Comments and blank lines behind the last entry.</param>
    private sealed record Mapping(IReadOnlyList<Entry> Entries, string Tail)
    {
        public Entry? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key);
    }

    private static string Merge(string path, Mapping origin, Mapping ours, Mapping theirs, MergeOutcome outcome)
    {
        var texts = new List<string>();
        var entries = ours.Entries.Concat(theirs.Entries).ToList();
        var ending = entries.Exists(static entry => entry.Text.EndsWith("\r\n", StringComparison.Ordinal)) ? "\r\n" : "\n";
        foreach (var key in entries.Select(static entry => entry.Key).Distinct(StringComparer.Ordinal))
        {
            var (was, mine, other) = (origin[key], ours[key], theirs[key]);
            var text = Merge(path.Length == 0 ? key : $"{path}.{key}", was, mine, other, outcome);
            if (text is null) continue;
            var lead = mine is null || (was is not null && mine.Lead == was.Lead && other is not null) ? (other ?? mine)!.Lead : mine.Lead;
            // The last line of a file may have no end, and others follow it now.
            if (texts.Count > 0 && !texts[^1].EndsWith('\n')) texts[^1] += ending;
            texts.Add(lead + text);
        }

        var tail = ours.Tail == origin.Tail ? theirs.Tail : ours.Tail;
        if (texts.Count > 0 && tail.Length > 0 && !texts[^1].EndsWith('\n')) texts[^1] += ending;
        return string.Concat(texts) + tail;
    }

    private static string? Merge(string path, Entry? origin, Entry? ours, Entry? theirs, MergeOutcome outcome)
    {
        var (was, mine, other) = (Bare(origin), Bare(ours), Bare(theirs));
        if (mine == other || was == other) return ours?.Text;
        if (was == mine) return theirs?.Text;
        if (ours is not null && theirs is not null && ours.Head.TrimEnd() == theirs.Head.TrimEnd()
            && path.Count(static letter => letter == '.') < DepthMax
            && (origin is null || origin.Head.TrimEnd() == ours.Head.TrimEnd())
            && Below(ours) is { } here && Below(theirs) is { } there && (origin is null ? new Mapping([], "") : Below(origin)) is { } old)
            return ours.Head + Merge(path, old, here, there, outcome);
        outcome.Disagree(path, Show(was), Show(mine), Show(other));
        return ours?.Text;
    }

    /// <summary>What an entry says, whether or not the file ends with it.</summary>
    private static string? Bare(Entry? entry) => entry?.Text.TrimEnd('\r', '\n');

    private static string? Show(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text));

    /// <summary>The mapping that an entry holds; null when it holds anything else.</summary>
    private static Mapping? Below(Entry entry)
    {
        // A value on the line itself, be it a text that goes on below, is no mapping; a comment is no value.
        var value = entry.Head[(entry.Head.IndexOf(entry.Key, StringComparison.Ordinal) + entry.Key.Length + 1)..].Trim();
        if (value.Length > 0 && value[0] != '#') return null;
        var first = entry.Body.Split('\n').FirstOrDefault(static line => line.Trim().Length > 0 && line.TrimStart()[0] != '#');
        return first is null ? null : Parse(entry.Body, first.Length - first.TrimStart(' ').Length);
    }

    /// <summary>The entries of the mapping at an indentation; null when there is anything that is none.</summary>
    private static Mapping? Parse(string text, int indent)
    {
        var (entries, lead, names) = (new List<Entry>(), "", new HashSet<string>(StringComparer.Ordinal));
        foreach (var line in Lines(text))
        {
            var content = line.TrimStart(' ');
            var depth = line.Length - content.Length;
            if (content.Trim().Length == 0 || (content[0] == '#' && (depth <= indent || entries.Count == 0))
                || (entries.Count == 0 && indent == 0 && line.TrimEnd() == "---"))
            {
                lead += line;
                continue;
            }

            if (entries.Count > 0 && (depth > indent || (depth == indent && content.StartsWith("- ", StringComparison.Ordinal))))
            {
                entries[^1] = entries[^1] with { Body = entries[^1].Body + lead + line };
                lead = "";
                continue;
            }

            if (depth != indent || content[0] == '\t' || KeyPattern().Match(content) is not { Success: true } match
                || !names.Add(match.Groups["key"].Value)) return null;
            entries.Add(new Entry(match.Groups["key"].Value, lead, line, ""));
            lead = "";
        }

        return entries.Count == 0 ? null : new Mapping(entries, lead);
    }

    private static IEnumerable<string> Lines(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at) is var found and >= 0 ? found + 1 : text.Length;
            yield return text[at..end];
            at = end;
        }
    }

    /// <summary>Bytes as characters one by one, and back again without a loss.</summary>
    private static string Latin(ReadOnlyMemory<byte> text) => Encoding.Latin1.GetString(text.Span);

    /// <summary>A plain or quoted key; never one that begins as something else would.</summary>
    [GeneratedRegex(
        """^(?<key>[A-Za-z0-9_\x80-\xff][^:#\r\n"'{}\[\],&*]*|"[^"\r\n\\]*"|'[^'\r\n]*'):(?=[ \r\n]|$)""",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeyPattern();
}
