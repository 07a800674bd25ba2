using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>A file that both sides changed, merged; or where they disagree.</summary>
/// <param name="File">Null while there are disagreements.</param>
internal sealed record MergedContent(BlobInfo? File, IReadOnlyList<MergePlace> Places, bool IsMixed);

/// <summary>Merges files that both sides changed by what they hold. Decides which merger they get; each is pure.</summary>
internal sealed class ContentMerger(IObjectStore store, IObjectWriter writer, MergeStrategy strategy, VersioningOptions options)
{
    /// <summary>Null when there is no merger for such files, and the whole is all there is to choose.</summary>
    public async ValueTask<Result<MergedContent?>> MergeAsync(
        TreePath path, TreeEntry origin, TreeEntry ours, TreeEntry theirs, CancellationToken cancellation)
    {
        if (!StoredContent.Of(store, origin.Id).TryGet(out var old, out var error)) return error;
        if (!StoredContent.Of(store, ours.Id).TryGet(out var mine, out error)) return error;
        if (!StoredContent.Of(store, theirs.Id).TryGet(out var other, out error)) return error;
        try
        {
            if (Merge(new MergeSides(path, old, mine, other), cancellation) is not { } outcome) return (MergedContent?)null;
            if (outcome.Content is not { } content) return new MergedContent(null, outcome.Places, outcome.IsMixed);
            var reader = PipeReader.Create(content);
            try
            {
                var added = await writer.AddFileAsync(reader, long.MaxValue, cancellation);
                return added.Map<MergedContent?>(file => new MergedContent(file, [], outcome.IsMixed));
            }
            finally
            {
                await reader.CompleteAsync();
            }
        }
        catch (CorruptBlobException damage)
        {
            return new Error(ErrorCode.Corrupted, damage.Message);
        }
    }

    private MergeOutcome? Merge(MergeSides sides, CancellationToken cancellation)
    {
        var name = sides.Path.Name;
        var (old, mine, other) = (
            ContentFormat.Of(sides.Base, name), ContentFormat.Of(sides.Ours, name), ContentFormat.Of(sides.Theirs, name));
        if (old.Name != mine.Name || mine.Name != other.Name) return null;
        if (mine.Kind == ContentKind.Tensors)
        {
            if (strategy.Weights is { } recipe && (mine.Name is "safetensors" or "npy" || IsNumpyArchive(mine)))
                return new WeightMixer(sides, recipe, cancellation).Mix(old.Tensors!, mine.Tensors!, other.Tensors!);
            return mine.Name == "safetensors"
                ? new TensorMerger(sides, cancellation).Merge(old.Tensors!, mine.Tensors!, other.Tensors!)
                : null;
        }

        var largest = Math.Max(sides.Base.SizeBytes, Math.Max(sides.Ours.SizeBytes, sides.Theirs.SizeBytes));
        if (largest > options.MergeBytesMax || mine.Kind is not (ContentKind.Table or ContentKind.Text)) return null;
        return (mine.Kind == ContentKind.Table ? Table(sides, mine.Name) : null) ?? Text(sides);
    }

    /// <summary>An archive of arrays, and not one of torch, whose entries do not say what they hold.</summary>
    private static bool IsNumpyArchive(ContentFormat format) =>
        format.Name == "zip" && format.Tensors!.Tensors.All(static tensor => tensor.DataType.Length > 0);

    private MergeOutcome? Table(MergeSides sides, string format) =>
        MergeTable.Read(sides.Base, format) is { } old && MergeTable.Read(sides.Ours, format) is { } mine
            && MergeTable.Read(sides.Theirs, format) is { } other
            ? new TableMerger(old, mine, other).Merge(strategy.Key)
            : null;

    private static MergeOutcome? Text(MergeSides sides)
    {
        var (old, mine, other) = (Bytes(sides.Base), Bytes(sides.Ours), Bytes(sides.Theirs));
        var structured = Path.GetExtension(sides.Path.Name).ToLowerInvariant() switch
        {
            ".json" or ".ipynb" or ".geojson" => JsonMerger.Merge(old, mine, other),
            ".yaml" or ".yml" => YamlMerger.Merge(old, mine, other),
            _ => null,
        };
        if (structured is not null) return structured;
        var outcome = new MergeOutcome();
        if (LineMerger.Merge(old, mine, other, apart: true, outcome) is { } merged) outcome.Content = new MemoryStream(merged);
        return outcome.HasConflicts || outcome.Content is not null ? outcome : null;
    }

    private static ReadOnlyMemory<byte> Bytes(FileContent content) => content.Read(0, (int)content.SizeBytes);
}
