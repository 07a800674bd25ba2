using Weighhouse.Kernel;
using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Content.Tables;
using Weighhouse.Versioning.Content.Tensors;
using Weighhouse.Versioning.Content.Texts;

namespace Weighhouse.Versioning.Content;

/// <summary>Compares two versions of a file by what they hold: decides which reader they get, and asks it.</summary>
internal sealed class ContentDiffer(VersioningOptions options)
{
    /// <param name="old">Null when the file was added.</param>
    /// <param name="current">Null when it was removed. One of the two is there.</param>
    public Result<ContentDiff> Compare(
        ContentSide? old, ContentSide? current, ContentDiffDepth depth, CancellationToken cancellation)
    {
        if (depth.ChangesMax is { } asked && (asked < 0 || asked > options.DetailsMax))
            return Error.Invalid($"A comparison tells 0 to {options.DetailsMax} changes of a file, not {asked}.", "limit");
        var side = (current ?? old)!;
        var before = old is null ? null : ContentFormat.Of(old.Content, old.Name);
        var after = current is null ? null : ContentFormat.Of(current.Content, current.Name);
        var kind = before is null || after is null || before.Kind == after.Kind ? (after ?? before)!.Kind : ContentKind.Binary;
        var oldPath = old is not null && current is not null && old.Path != current.Path ? old.Path : null;
        var diff = new ContentDiff(side.Path, oldPath, kind, FactsOf(old, before), FactsOf(current, after))
        {
            IsSame = old is not null && current is not null && RangeComparison.AreEqual(Whole(old), Whole(current), cancellation),
        };
        if (diff.IsSame) return diff;
        if (before is not null && after is not null && before.Kind != after.Kind)
            return diff with { Note = $"It was {before.Name} and is {after.Name}: only sizes can be compared." };
        return Parts(diff, old?.Content ?? NoContent.Instance, current?.Content ?? NoContent.Instance, before, after, depth, cancellation);
    }

    private Result<ContentDiff> Parts(
        ContentDiff diff, FileContent old, FileContent current, ContentFormat? before, ContentFormat? after, ContentDiffDepth depth,
        CancellationToken cancellation)
    {
        var max = depth.ChangesMax ?? options.DetailsMax;
        switch (diff.Kind)
        {
            case ContentKind.Tensors:
                var nothing = new TensorFile("", [], new Dictionary<string, string>());
                return diff with
                {
                    Tensors = new TensorDiffer(old, current, max, cancellation).Compare(
                        before?.Tensors ?? nothing, after?.Tensors ?? nothing, depth.Statistics),
                };
            case ContentKind.Image:
                return diff with { Image = new ImageDiff(before?.Image, after?.Image) };
            case ContentKind.Text:
                return Text(diff, old, current, max);
            case ContentKind.Table:
                return Table(diff, old, current, before, after, depth, cancellation);
            default:
                return diff with { Note = after?.Note ?? before?.Note };
        }
    }

    private Result<ContentDiff> Table(
        ContentDiff diff, FileContent old, FileContent current, ContentFormat? before, ContentFormat? after, ContentDiffDepth depth,
        CancellationToken cancellation)
    {
        var differ = new TableDiffer(options, cancellation);
        if (!differ.Compare((old, before?.Name), (current, after?.Name), depth).TryGet(out var table, out var error)) return error;
        if (table is not null) return diff with { Table = table };
        // Its name says that it is a table, and its lines can be compared all the same.
        var text = Text(diff with { Kind = ContentKind.Text }, old, current, depth.ChangesMax ?? options.DetailsMax);
        return text with { Note = text.Note ?? $"It is no table: {differ.Problem}" };
    }

    private ContentDiff Text(ContentDiff diff, FileContent old, FileContent current, int max)
    {
        if (Math.Max(old.SizeBytes, current.SizeBytes) > options.TextBytesMax)
        {
            return diff with
            {
                Note = $"Text of {Math.Max(old.SizeBytes, current.SizeBytes)} bytes is not compared by line; the limit is "
                    + $"{options.TextBytesMax}.",
            };
        }

        return TextDiffer.Compare(old, current, max) is { } text
            ? diff with { Text = text }
            : diff with { Note = $"Text of more than {TextDiffer.LinesMax} lines is not compared by line." };
    }

    private static FileRange Whole(ContentSide side) => new(side.Content, 0, side.Content.SizeBytes);

    private static ContentFacts? FactsOf(ContentSide? side, ContentFormat? format) =>
        side is null ? null : new ContentFacts(side.Content.Id?.ToString(), side.Content.SizeBytes, format!.Name);
}
