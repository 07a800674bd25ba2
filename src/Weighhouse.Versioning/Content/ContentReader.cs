using Weighhouse.Kernel;
using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Content.Tables;
using Weighhouse.Versioning.Content.Tensors;

namespace Weighhouse.Versioning.Content;

/// <summary>Says what one version of a file holds.</summary>
internal sealed class ContentReader(VersioningOptions options)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Rows that tell a schema: milliseconds, and few columns change their kind after.</summary>
    private const int SampleRows = 1_000;

    /// <param name="whole">Whether to read the file to its end where the beginning does not tell all.</param>
    public Result<ContentSummary> Describe(ContentSide side, bool whole, CancellationToken cancellation)
    {
        var format = ContentFormat.Of(side.Content, side.Name);
        var summary = new ContentSummary(
            side.Path, format.Kind, new ContentFacts(side.Content.Id?.ToString(), side.Content.SizeBytes, format.Name));
        return format.Kind switch
        {
            ContentKind.Tensors => summary with { Tensors = Summarise(format.Tensors!) },
            ContentKind.Image => summary with { Image = format.Image },
            ContentKind.Table => Table(summary, side.Content, whole, cancellation),
            ContentKind.Text when whole => summary with { Lines = CountLines(side, cancellation) },
            _ => summary,
        };
    }

    private static ContentSummary Table(ContentSummary summary, FileContent content, bool whole, CancellationToken cancellation)
    {
        var profile = TableProfile.Of(content, summary.Content.Format, whole ? long.MaxValue : SampleRows, cancellation);
        return profile.Problem is null
            ? summary with { Table = profile.ToSummary() }
            : summary with { Kind = ContentKind.Text, Note = $"It is no table: {profile.Problem}" };
    }

    private TensorSummary Summarise(TensorFile file) => new(
        file.Tensors.Count, TensorDiffer.ElementsOf(file.Tensors),
        [.. file.Tensors.Take(options.DetailsMax).Select(static tensor => new NamedTensor(tensor.Name, TensorFile.FactsOf(tensor)))],
        [.. file.Facts.OrderBy(static fact => fact.Key, StringComparer.Ordinal).Take(options.DetailsMax)],
        file.Tensors.Count > options.DetailsMax || file.Facts.Count > options.DetailsMax);

    private static long CountLines(ContentSide side, CancellationToken cancellation)
    {
        var (lines, last) = (0L, (byte)'\n');
        for (long at = 0; at < side.Content.SizeBytes; at += BlockBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            var block = side.Content.Read(at, (int)Math.Min(BlockBytes, side.Content.SizeBytes - at)).Span;
            lines += block.Count((byte)'\n');
            last = block[^1];
        }

        return last == '\n' ? lines : lines + 1;
    }
}
