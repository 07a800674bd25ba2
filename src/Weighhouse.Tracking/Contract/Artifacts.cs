using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking;

/// <summary>
/// A path inside the artifact store: "12/RUN/artifacts/model/MLmodel". Forward slashes, no empty, "." or ".." segment, no backslash,
/// no control character, no drive, at most 2,048 bytes; decoded exactly once before it gets here. Empty for the root.
/// </summary>
public readonly record struct ArtifactPath
{
    public const int LengthMaxBytes = 2_048;

    private readonly string? _text;

    private ArtifactPath(string text) => _text = text;

    public string Text => _text ?? "";

    public bool IsRoot => Text.Length == 0;

    /// <summary>The last segment.</summary>
    public string Name => Text[(Text.LastIndexOf('/') + 1)..];

    public static Result<ArtifactPath> Parse(string? text)
    {
        text = (text ?? "").TrimEnd('/');
        if (text is "" or ".") return default(ArtifactPath);
        if (System.Text.Encoding.UTF8.GetByteCount(text) > LengthMaxBytes)
            return Error.Invalid($"Invalid path: longer than {LengthMaxBytes} bytes.", "path");
        foreach (var character in text)
            if (character is '\\' or '\u007f' || char.IsControl(character) || char.IsSurrogate(character) && !IsWellFormed(text))
                return Bad(text);
        foreach (var segment in text.Split('/'))
            if (segment is "" or "." or ".." || segment.EndsWith(':') || segment is [_, ':', ..]) return Bad(text);
        return new ArtifactPath(text);
    }

    public Result<ArtifactPath> Append(string? relative)
    {
        var parsed = Parse(relative);
        if (!parsed.TryGet(out var tail, out var error)) return error;
        if (tail.IsRoot) return this;
        return IsRoot ? tail : Parse($"{Text}/{tail.Text}");
    }

    public override string ToString() => Text;

    private static Error Bad(string text) =>
        Error.Invalid($"Invalid path '{text}': use a relative path with forward slashes and without '..'.", "path");

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}

/// <param name="Path">The whole path.</param>
/// <param name="Content">Null for a directory.</param>
public sealed record ArtifactEntry(ArtifactPath Path, BlobInfo? Content, long ModifiedMs)
{
    public bool IsDirectory => Content is null;
}

/// <param name="PartKeys">The key of part 1, of part 2 and so on.</param>
public sealed record BegunUpload(string Id, IReadOnlyList<string> PartKeys);

/// <summary>
/// Files of runs and logged models, named by path, stored by content. The first segment of a path is the experiment's id: its project's
/// rules apply.
/// </summary>
public interface IArtifacts
{
    /// <summary>Streams a file in, replacing what was there. Durable when the task completes.</summary>
    ValueTask<Result<ArtifactEntry>> PutAsync(Principal caller, ArtifactPath path, PipeReader content, CancellationToken cancellation);

    /// <summary>The file at the path; NotFound when there is none, a failed precondition when it is a directory.</summary>
    ValueTask<Result<ArtifactEntry>> FindAsync(Principal caller, ArtifactPath path, CancellationToken cancellation);

    /// <summary>Streams a part of a file found before.</summary>
    ValueTask<Result<Done>> CopyToAsync(
        Principal caller, ArtifactEntry file, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation);

    /// <summary>A seekable reader of a file found before, for previews and range reads.</summary>
    ValueTask<Result<Stream>> OpenAsync(Principal caller, ArtifactEntry file, CancellationToken cancellation);

    /// <summary>The entries directly inside a directory by name; the file itself when the path is a file; empty when there is
    /// nothing.</summary>
    ValueTask<Result<Page<ArtifactEntry>>> ListAsync(
        Principal caller, ArtifactPath directory, PageRequest page, CancellationToken cancellation);

    /// <summary>Deletes a file or a whole directory; returns how many files went.</summary>
    ValueTask<Result<int>> DeleteAsync(Principal caller, ArtifactPath path, CancellationToken cancellation);

    /// <summary>The store's path of a run's or a model's artifact URI; an error when the URI points elsewhere.</summary>
    Result<ArtifactPath> PathOf(string artifactUri);

    /// <summary>Begins an upload of 1 to 10,000 parts, with a key for each.</summary>
    ValueTask<Result<BegunUpload>> BeginUploadAsync(Principal caller, ArtifactPath path, int parts, CancellationToken cancellation);

    /// <summary>
    /// Stores a part of an upload; sending one again replaces it. Returns its ETag. The key alone allows it, so that clients can send
    /// parts without credentials: it is good for this part, for 6 hours, and nothing appears until somebody allowed to completes.
    /// </summary>
    ValueTask<Result<string>> PutPartAsync(
        string uploadId, int partNumber, string key, PipeReader content, CancellationToken cancellation);

    /// <summary>Joins the parts in order of number and makes the file visible.</summary>
    ValueTask<Result<ArtifactEntry>> CompleteUploadAsync(
        Principal caller, string uploadId, IReadOnlyList<(int PartNumber, string ETag)> parts, CancellationToken cancellation);

    ValueTask<Result<Done>> AbortUploadAsync(Principal caller, string uploadId, CancellationToken cancellation);
}
