using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Artifacts;

/// <summary>The beginning of a file, ready to be drawn.</summary>
/// <param name="Markup">JSON or Markdown as HTML.</param>
/// <param name="Text">The text of a file that is neither; null for none.</param>
/// <param name="Rows">The first rows of a table, the first being its head.</param>
/// <param name="IsCut">The file goes on.</param>
public sealed record Preview(
    ArtifactItem File, ArtifactKind Kind, string FileUrl, string Digest,
    string? Text = null, MarkupString? Markup = null, IReadOnlyList<IReadOnlyList<string>>? Rows = null, bool IsCut = false);

/// <summary>Reads no more of a file than is shown of it, however large it is.</summary>
internal static class Previews
{
    private const int TextBytesMax = 256 * 1024;
    private const int RowsMax = 200;
    private const int ColumnsMax = 100;
    /// <summary>A picture is loaded whole by the browser.</summary>
    private const long ImageBytesMax = 32L << 20;
    private const long HtmlBytesMax = 32L << 20;

    public static async ValueTask<Preview> OfAsync(PageCall call, ArtifactEntry file, string path, ArtifactDirectory directory)
    {
        var item = new ArtifactItem(file.Path.Name, path, false, file.Content!.Value.SizeBytes, file.ModifiedMs);
        var preview = new Preview(item, ArtifactKinds.Of(item.Name), directory.FileUrl(path), file.Content.Value.Id.ToString());
        return preview.Kind switch
        {
            ArtifactKind.Image when item.SizeBytes <= ImageBytesMax => preview,
            ArtifactKind.Html when item.SizeBytes <= HtmlBytesMax => preview,
            ArtifactKind.Image or ArtifactKind.Html or ArtifactKind.Binary => preview with { Kind = ArtifactKind.Binary },
            _ => await ReadAsync(call, file, preview, directory),
        };
    }

    private static async ValueTask<Preview> ReadAsync(PageCall call, ArtifactEntry file, Preview preview, ArtifactDirectory directory)
    {
        var opened = await call.Get<IArtifacts>().OpenAsync(call.Caller, file, call.Cancellation);
        if (opened.Error is not null) return preview with { Kind = ArtifactKind.Binary };
        await using var stream = opened.Value;
        var buffer = new byte[(int)Math.Min(TextBytesMax, preview.File.SizeBytes)];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, call.Cancellation);
        var isCut = length < preview.File.SizeBytes;
        if (TextOf(buffer.AsSpan(0, length), isCut) is not { } text) return preview with { Kind = ArtifactKind.Binary };
        return Shape(preview with { IsCut = isCut }, text, directory);
    }

    private static Preview Shape(Preview preview, string text, ArtifactDirectory directory)
    {
        switch (preview.Kind)
        {
            case ArtifactKind.Table:
                var separator = preview.File.Name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ',';
                var rows = SeparatedText.Read(text, separator, RowsMax + 1, ColumnsMax);
                return preview with { Rows = rows, IsCut = preview.IsCut || rows.Count > RowsMax };
            case ArtifactKind.Json when !preview.IsCut && JsonMarkup.Of(text) is { } markup:
                return preview with { Markup = markup };
            case ArtifactKind.Markdown:
                var folder = preview.File.Path.LastIndexOf('/') is > 0 and var slash ? preview.File.Path[..(slash + 1)] : "";
                return preview with
                {
                    Markup = MarkdownText.ToHtml(
                        text, image => ArtifactPath.Parse(folder + image).Error is null ? directory.FileUrl(folder + image) : null),
                };
            default:
                return preview with { Kind = ArtifactKind.Text, Text = text };
        }
    }

    /// <summary>The bytes as UTF-8, or null when they are not text. The last character may be cut in half.</summary>
    private static string? TextOf(ReadOnlySpan<byte> bytes, bool isCut)
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
