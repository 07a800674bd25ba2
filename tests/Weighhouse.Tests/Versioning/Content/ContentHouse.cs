using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Content;
using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Content.Merging;

namespace Weighhouse.Tests.Versioning.Content;

/// <summary>Files in a real store, cut as it cuts them, and the comparisons over them.</summary>
internal sealed class ContentHouse : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ContentHouse(VersioningOptions? options = null)
    {
        Options = options ?? new VersioningOptions();
        Store = BlobsModule.OpenStore(
            new BlobsOptions { Folder = _folder["store"] }, TimeProvider.System, IdGenerator.Secure, NullLogger.Instance).Value;
    }

    public VersioningOptions Options { get; }

    public IObjectStore Store { get; }

    public Digest Put(byte[] bytes)
    {
        using var writer = Store.BeginWrite();
        var file = writer.AddFileAsync(PipeReader.Create(new MemoryStream(bytes)), long.MaxValue, default).AsTask().Result.Value;
        Assert.False(writer.CommitAsync(default).AsTask().Result.IsFailure);
        return file.Id;
    }

    public FileContent Content(byte[] bytes) => StoredContent.Of(Store, Put(bytes)).Value;

    public ContentSide Side(string path, byte[] bytes) => new(Content(bytes), path);

    public ContentSide Side(string path, string text) => Side(path, Encoding.UTF8.GetBytes(text));

    /// <summary>The same bytes as a file of a folder, which nobody has cut.</summary>
    public FileContent Loose(byte[] bytes)
    {
        var path = _folder[IdGenerator.Secure.Hex32()];
        File.WriteAllBytes(path, bytes);
        return new DiskContent(path);
    }

    public ContentDiff Diff(ContentSide? old, ContentSide? current, ContentDiffDepth? depth = null) =>
        new ContentDiffer(Options).Compare(old, current, depth ?? new ContentDiffDepth(), default).Value;

    public ContentDiff Diff(string path, string old, string current, ContentDiffDepth? depth = null) =>
        Diff(Side(path, old), Side(path, current), depth);

    public ContentDiff Diff(string path, byte[] old, byte[] current, ContentDiffDepth? depth = null) =>
        Diff(Side(path, old), Side(path, current), depth);

    /// <summary>What becomes of a file that both sides changed.</summary>
    public MergedContent Merge(string path, byte[] old, byte[] ours, byte[] theirs, MergeStrategy? strategy = null)
    {
        using var writer = Store.BeginWrite();
        var merged = new ContentMerger(Store, writer, strategy ?? MergeStrategy.Fail, Options).MergeAsync(
            TreePath.Parse(path).Value, Entry(old), Entry(ours), Entry(theirs), default).AsTask().Result.Value;
        Assert.False(writer.CommitAsync(default).AsTask().Result.IsFailure);
        return merged ?? new MergedContent(null, [], false);

        TreeEntry Entry(byte[] bytes) => TreeEntry.File("file", Put(bytes), bytes.Length);
    }

    /// <summary>The merged text; the places of disagreement, a line each, where there are any.</summary>
    public string Merge(string path, string old, string ours, string theirs, MergeStrategy? strategy = null)
    {
        var merged = Merge(
            path, Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(ours), Encoding.UTF8.GetBytes(theirs), strategy);
        return merged.File is { } file
            ? Encoding.UTF8.GetString(Read(file))
            : string.Join('\n', merged.Places.Select(place => $"{place.Place}: {place.Base} > {place.Ours} | {place.Theirs}"));
    }

    public byte[] Read(BlobInfo file) => StoredContent.Of(Store, file.Id).Value.Read(0, (int)file.SizeBytes).ToArray();

    /// <summary>A safetensors file of these tensors, one behind the other.</summary>
    public static byte[] Safetensors(params (string Name, string Type, long[] Shape, byte[] Bytes)[] tensors) =>
        Safetensors(null, tensors);

    public static byte[] Safetensors(
        Dictionary<string, string>? metadata, params (string Name, string Type, long[] Shape, byte[] Bytes)[] tensors)
    {
        var header = new Dictionary<string, object>(StringComparer.Ordinal);
        if (metadata is not null) header["__metadata__"] = metadata;
        long at = 0;
        foreach (var (name, type, shape, bytes) in tensors)
        {
            header[name] = new { dtype = type, shape, data_offsets = new[] { at, at + bytes.Length } };
            at += bytes.Length;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var file = new byte[8 + json.Length + at];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        at = 8 + json.Length;
        foreach (var (_, _, _, bytes) in tensors)
        {
            bytes.CopyTo(file, at);
            at += bytes.Length;
        }

        return file;
    }

    public static byte[] Floats(params float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }
}
