using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Rules.Docs;

/// <param name="Target">As written: a path, an address, or #anchor.</param>
internal sealed record MarkdownLink(string Target, int Line);

/// <param name="Language">The word after the fence: "sh", "text".</param>
/// <param name="Mark">What the comment above the fence says: "runs" for &lt;!-- runs --&gt;; null without one.</param>
internal sealed record MarkdownBlock(string Language, string? Mark, string Text, int Line);

/// <summary>A Markdown document's links, anchors and fenced blocks.</summary>
internal sealed partial class MarkdownFile
{
    private readonly List<MarkdownLink> _links = [];
    private readonly List<MarkdownBlock> _blocks = [];
    private readonly HashSet<string> _anchors = new(StringComparer.Ordinal);

    public MarkdownFile(string text)
    {
        var lines = text.Split('\n');
        string? mark = null;
        for (var at = 0; at < lines.Length; at++)
        {
            if (Fence().Match(lines[at]) is { Success: true } fence)
            {
                at = ReadBlock(lines, at, fence, mark);
                mark = null;
                continue;
            }

            if (Comment().Match(lines[at]) is { Success: true } comment) mark = comment.Groups["text"].Value;
            else if (!string.IsNullOrWhiteSpace(lines[at])) mark = null;
            ReadLine(lines[at], at + 1);
        }
    }

    public IReadOnlyList<MarkdownLink> Links => _links;

    public IReadOnlyList<MarkdownBlock> Blocks => _blocks;

    /// <summary>The names of its headings, as links write them after #.</summary>
    public IReadOnlySet<string> Anchors => _anchors;

    private int ReadBlock(string[] lines, int at, Match fence, string? mark)
    {
        var marker = fence.Groups["fence"].Value;
        var end = at + 1;
        while (end < lines.Length && lines[end].Trim() != marker) end++;
        var text = string.Join('\n', lines[(at + 1)..Math.Min(end, lines.Length)]);
        _blocks.Add(new MarkdownBlock(fence.Groups["language"].Value, mark, text, at + 1));
        return end;
    }

    private void ReadLine(string line, int number)
    {
        if (Heading().Match(line) is { Success: true } heading) _anchors.Add(Slug(heading.Groups["text"].Value));
        foreach (Match link in Link().Matches(InlineCode().Replace(line, "")))
            _links.Add(new MarkdownLink(link.Groups["target"].Value, number));
    }

    private static string Slug(string heading)
    {
        var kept = heading.ToLowerInvariant().Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_');
        return new string(kept.ToArray()).Trim().Replace(' ', '-');
    }

    [GeneratedRegex(@"^\s*(?<fence>```+)(?<language>[\w-]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^<!--\s*(?<text>.*?)\s*-->\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^#+\s+(?<text>.*?)\s*#*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)|^\[[^\]]+\]:\s*(?<target>\S+)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InlineCode();
}
