using System.Text;
using Microsoft.AspNetCore.Components;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Files;

/// <summary>A file that is looked at, wherever it lies.</summary>
/// <param name="Digest">The name of its content.</param>
/// <param name="Url">Where its bytes are served so that they can do nothing: a picture as itself, all else as a download.</param>
/// <param name="FrameUrl">Where HTML is served for a frame without an origin; null to show its source.</param>
public sealed record PreviewFile(string Name, string Path, long SizeBytes, string Digest, string Url, string DownloadUrl, string? FrameUrl)
{
    /// <summary>The folder it lies in, with a '/' at its end; empty for the root.</summary>
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];
}

/// <summary>The beginning of a file, ready to be drawn.</summary>
/// <param name="Markup">JSON or Markdown as HTML.</param>
/// <param name="Text">The text of a file that is neither; null for none.</param>
/// <param name="Rows">The first rows of a table, the first being its head.</param>
/// <param name="IsCut">The file goes on.</param>
public sealed record Preview(
    PreviewFile File, FileKind Kind, string? Text = null, MarkupString? Markup = null,
    IReadOnlyList<IReadOnlyList<string>>? Rows = null, bool IsCut = false);

/// <summary>How to read a file, and where what its Markdown refers to lies.</summary>
/// <param name="ReadStartAsync">At most so many of its first bytes; null when they cannot be read.</param>
/// <param name="ImageUrl">Of a picture by its path; null when there is none such.</param>
/// <param name="PageUrl">Of a file's page by its path; null where links stay as they are.</param>
internal sealed record PreviewSource(
    PreviewFile File, Func<int, ValueTask<ReadOnlyMemory<byte>?>> ReadStartAsync, Func<string, string?> ImageUrl,
    Func<string, string?>? PageUrl = null);

/// <summary>Reads no more of a file than is shown of it, however large it is.</summary>
internal static class Previews
{
    private const int TextBytesMax = 256 * 1024;
    private const int RowsMax = 200;
    private const int ColumnsMax = 100;
    /// <summary>A picture is loaded whole by the browser.</summary>
    private const long ImageBytesMax = 32L << 20;
    private const long HtmlBytesMax = 32L << 20;

    public static async ValueTask<Preview> OfAsync(PreviewSource source)
    {
        var file = source.File;
        var preview = new Preview(file, FileKinds.Of(file.Name));
        switch (preview.Kind)
        {
            case FileKind.Image when file.SizeBytes <= ImageBytesMax:
            case FileKind.Html when file.SizeBytes <= HtmlBytesMax && file.FrameUrl is not null:
                return preview;
            case FileKind.Image or FileKind.Binary:
            case FileKind.Html when file.FrameUrl is not null:
                return preview with { Kind = FileKind.Binary };
            default:
                return await ReadAsync(source, preview);
        }
    }

    private static async ValueTask<Preview> ReadAsync(PreviewSource source, Preview preview)
    {
        if (await source.ReadStartAsync((int)Math.Min(TextBytesMax, preview.File.SizeBytes)) is not { } bytes)
            return preview with { Kind = FileKind.Binary };
        var isCut = bytes.Length < preview.File.SizeBytes;
        return TextOf(bytes.Span, isCut) is { } text
            ? Shape(source, preview with { IsCut = isCut }, text)
            : preview with { Kind = FileKind.Binary };
    }

    private static Preview Shape(PreviewSource source, Preview preview, string text)
    {
        switch (preview.Kind)
        {
            case FileKind.Table:
                var separator = preview.File.Name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ',';
                return WithRows(preview, SeparatedText.Read(text, separator, RowsMax + 1, ColumnsMax));
            case FileKind.JsonLines when JsonLines.Read(text, preview.IsCut, RowsMax + 1, ColumnsMax) is { } rows:
                return WithRows(preview with { Kind = FileKind.Table }, rows);
            case FileKind.Json when !preview.IsCut && JsonMarkup.Of(text) is { } markup:
                return preview with { Markup = markup };
            case FileKind.Markdown:
                return preview with
                {
                    Markup = MarkdownText.ToHtml(
                        text, image => source.ImageUrl(preview.File.Folder + image),
                        source.PageUrl is { } page ? link => page(preview.File.Folder + link) : null),
                };
            default:
                return preview with { Kind = FileKind.Text, Text = text };
        }
    }

    private static Preview WithRows(Preview preview, IReadOnlyList<IReadOnlyList<string>> rows) =>
        preview with { Rows = rows, IsCut = preview.IsCut || rows.Count > RowsMax };

    /// <summary>The bytes as UTF-8, or null when they are not text. The last character may be cut in half.</summary>
    public static string? TextOf(ReadOnlySpan<byte> bytes, bool isCut)
    {
        if (bytes.Contains((byte)0)) return null;
        var end = bytes.Length;
        if (isCut)
            while (end > 0 && bytes.Length - end < 3 && (bytes[end - 1] & 0x80) != 0) end--;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes[..end]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
