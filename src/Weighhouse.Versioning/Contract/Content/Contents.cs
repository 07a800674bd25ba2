using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What a file is, as far as its bytes and its name tell. In JSON a word of lower case.</summary>
[JsonConverter(typeof(SnakeCase<ContentKind>))]
public enum ContentKind
{
    /// <summary>Anything without a reader of its own: told by size and id alone.</summary>
    Binary,
    Text,
    /// <summary>Rows and columns: CSV, TSV, JSON Lines.</summary>
    Table,
    /// <summary>Named arrays: safetensors, npy, npz, GGUF, torch archives, ONNX.</summary>
    Tensors,
    Image,
}

/// <summary>One version of a file.</summary>
/// <param name="Id">Its content's id; null for a file that is in a folder and not in the store.</param>
/// <param name="Format">csv, tsv, jsonl, safetensors, npy, zip, gguf, onnx, png, jpeg, gif, webp, text or binary.</param>
public sealed record ContentFacts(string? Id, long SizeBytes, string Format);

/// <summary>
/// How one file differs between two versions, in the words of what it holds. Exactly one of the parts is there, the one that
/// <see cref="Kind"/> names; none for binary content, and none when the two are the same.
/// </summary>
/// <param name="Path">Where it is; of a removed file, where it was.</param>
/// <param name="OldPath">Where a renamed file was; null for all others.</param>
/// <param name="Old">Null when the file was added.</param>
/// <param name="New">Null when the file was removed.</param>
public sealed record ContentDiff(string Path, string? OldPath, ContentKind Kind, ContentFacts? Old, ContentFacts? New)
{
    /// <summary>Whether every byte is the same.</summary>
    public bool IsSame { get; init; }

    public TensorDiff? Tensors { get; init; }

    public TableDiff? Table { get; init; }

    public TextDiff? Text { get; init; }

    public ImageDiff? Image { get; init; }

    /// <summary>Why there is less than might be expected, with the limit and the cure; null when nothing is missing.</summary>
    public string? Note { get; init; }
}

/// <summary>What one file holds: for catalogues and for looking at a version by itself. Parts as in <see cref="ContentDiff"/>.</summary>
public sealed record ContentSummary(string Path, ContentKind Kind, ContentFacts Content)
{
    public TensorSummary? Tensors { get; init; }

    public TableSummary? Table { get; init; }

    /// <summary>Of text: lines, the last one too when it does not end.</summary>
    public long? Lines { get; init; }

    public ImageFacts? Image { get; init; }

    public string? Note { get; init; }
}

/// <summary>What to compare, and how closely.</summary>
/// <param name="Path">The file in the newer commit; in the older one as well unless <paramref name="OldPath"/> says otherwise.</param>
/// <param name="OldPath">Where a renamed file was.</param>
public sealed record ContentDiffQuery(TreePath Path, TreePath? OldPath = null)
{
    public ContentDiffDepth Depth { get; init; } = new();
}

/// <summary>How closely to compare.</summary>
/// <param name="Statistics">
/// Of changed tensors, how far they moved: reads both versions of their weights. Tables are read whole in any case.
/// </param>
/// <param name="Key">The columns by which rows of a table are the same row; null to look for one.</param>
/// <param name="ChangesMax">
/// Rows, tensors or lines to tell; past that only counts. Null for <see cref="VersioningOptions.DetailsMax"/>.
/// </param>
public sealed record ContentDiffDepth(bool Statistics = false, IReadOnlyList<string>? Key = null, int? ChangesMax = null);

/// <summary>Looks into files of commits: what they hold, and how two versions differ.</summary>
public interface IContents
{
    /// <summary>
    /// How a file differs from one commit to another. NotFound when neither has it; FailedPrecondition when it is a folder on a side;
    /// LimitExceeded when too many comparisons run at once.
    /// </summary>
    /// <param name="old">Null for nothing at all.</param>
    ValueTask<Result<ContentDiff>> DiffAsync(
        Principal caller, string repository, Digest? old, Digest? current, ContentDiffQuery query, CancellationToken cancellation);

    /// <summary>What a file of a commit holds: schema and statistics of a table, tensors by name, size of an image.</summary>
    /// <param name="statistics">Whether to read a table whole; without, its schema is told from its first rows.</param>
    ValueTask<Result<ContentSummary>> DescribeAsync(
        Principal caller, string repository, Digest commit, TreePath path, bool statistics, CancellationToken cancellation);
}

/// <summary>Enumerations as the wire spells them.</summary>
internal sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower)
    where T : struct, Enum;
