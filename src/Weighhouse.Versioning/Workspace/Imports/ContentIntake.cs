using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Aliases;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>Takes content of an import into the store, each once, held against its name on the way.</summary>
internal sealed class ContentIntake(IObjectStore store, IObjectWriter writer, WorkProgress progress)
{
    private readonly Dictionary<string, BlobInfo> _known = new(StringComparer.Ordinal);

    public long Files => _known.Count;

    public long Bytes { get; private set; }

    public BlobInfo? Find(string key) => _known.TryGetValue(key, out var known) ? known : null;

    /// <summary>A file that another tool keeps under its digest.</summary>
    public async ValueTask<Result<BlobInfo>> AddAsync(string key, ContentAlias alias, string path, CancellationToken cancellation)
    {
        if (Find(key) is { } known) return known;
        await using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: false);
        using var digest = AliasDigest.Of(alias.Algorithm);
        var content = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 256 << 10));
        var taken = await new AliasIntake(store, writer, digest).RunAsync(null, content, long.MaxValue, keepsCut: false, cancellation);
        if (taken.IsFailure) return taken;
        return digest.IsOf(alias)
            ? Keep(key, taken.Value)
            : new Error(ErrorCode.Corrupted, $"{path} is damaged: its digest is {digest.Found}. Delete it and fetch it again.");
    }

    public async ValueTask<Result<BlobInfo>> AddAsync(string key, Stream content, CancellationToken cancellation)
    {
        if (Find(key) is { } known) return known;
        var taken = await writer.AddFileAsync(
            PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true)), long.MaxValue, cancellation);
        return taken.TryGet(out var file, out var error) ? Keep(key, file) : error;
    }

    private BlobInfo Keep(string key, BlobInfo file)
    {
        _known[key] = file;
        Bytes += file.SizeBytes;
        progress.Did(0, file.SizeBytes);
        return file;
    }
}
