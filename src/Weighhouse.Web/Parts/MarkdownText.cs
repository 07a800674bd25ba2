using Markdig;
using Markdig.Parsers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace Weighhouse.Web.Parts;

/// <summary>Markdown of notes and files as HTML: no raw HTML, no links that run anything, no pictures from elsewhere.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = NewPipeline();

    /// <summary>The page and the section that shows the text have headings of their own.</summary>
    private const int LevelsAbove = 2;
    private const int LevelMax = 6;

    /// <param name="imagePath">Where relative pictures lie; null when there are none.</param>
    /// <param name="linkPath">Where relative links lead; null to leave them to the browser.</param>
    public static MarkupString ToHtml(string markdown, Func<string, string?>? imagePath = null, Func<string, string?>? linkPath = null)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var comment in document.Descendants<HtmlBlock>().ToList()) comment.Parent!.Remove(comment);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.IsImage) MendImage(link, imagePath);
            else if (!IsSafe(link.Url)) link.Url = "#";
            else if (linkPath is not null && IsRelative(link.Url!)) link.Url = linkPath(link.Url!) ?? "#";
            else link.GetAttributes().AddPropertyIfNotExist("rel", "noreferrer nofollow");
        }

        foreach (var heading in document.Descendants<HeadingBlock>()) heading.Level = Math.Min(heading.Level + LevelsAbove, LevelMax);
        foreach (var link in document.Descendants<AutolinkInline>().ToList())
            if (!link.IsEmail && !IsSafe(link.Url)) link.Url = "#";
        return new MarkupString(document.ToHtml(Pipeline));
    }

    /// <summary>The first line without its marks, for a list.</summary>
    public static string FirstLine(string markdown, int lengthMax)
    {
        var line = Markdown.ToPlainText(markdown.TrimStart().Split('\n', 2)[0], Pipeline).Trim();
        return line.Length <= lengthMax ? line : line[..lengthMax] + "…";
    }

    private static MarkdownPipeline NewPipeline()
    {
        var builder = new MarkdownPipelineBuilder()
            .DisableHtml().UsePipeTables().UseTaskLists().UseAutoLinks().UseEmphasisExtras().UseListExtras().UseFootnotes();
        builder.BlockParsers.Insert(0, new CommentParser());
        return builder.Build();
    }

    /// <summary>A picture of another host would tell it who reads; it becomes a link.</summary>
    private static void MendImage(LinkInline image, Func<string, string?>? imagePath)
    {
        var url = image.Url ?? "";
        if (IsRelative(url) && imagePath?.Invoke(url) is { } path)
        {
            image.Url = path;
            return;
        }

        image.IsImage = false;
        if (!IsSafe(url)) image.Url = "#";
    }

    private static bool IsRelative(string url) => url.Length > 0 && !url.Contains(':', StringComparison.Ordinal)
        && url[0] is not '/' and not '\\' and not '#';

    private static bool IsSafe(string? url) =>
        url is not null
        && (url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) || url.StartsWith('#') || url.StartsWith('/')
            || IsRelative(url));

    /// <summary>Of HTML only comments, which the reader is not to see.</summary>
    private sealed class CommentParser : HtmlBlockParser
    {
        public override BlockState TryOpen(BlockProcessor processor) =>
            processor.Line.Match("<!--") ? base.TryOpen(processor) : BlockState.None;
    }
}
