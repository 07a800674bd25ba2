using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Index;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>What the parts of one open store share.</summary>
internal sealed class StoreParts(PackFolder folder, IPackHome home, BlobsOptions options, TimeProvider clock, ILogger log) : IDisposable
{
    /// <summary>The index, and the packs or what was brought near of them.</summary>
    public PackFolder Folder { get; } = folder;

    public IPackHome Home { get; } = home;

    public BlobsOptions Options { get; } = options;

    public TimeProvider Clock { get; } = clock;

    public ILogger Log { get; } = log;

    public PackSet Packs => Index.Packs;

    public ObjectIndex Index { get; } = new(folder, home);

    /// <summary>Places for uploads that need buffers of megabytes.</summary>
    public SemaphoreSlim LargeUploads { get; } = new(options.LargeUploadsMax);

    public OpenPack OpenPackFor(PackKind kind, int epoch) => Home.Begin(this, kind, epoch);

    public Error? Explain(Exception failure) => Home.Explain(failure);

    public void WriteFailed(Error error, Exception failure) => Log.WriteFailed(error.Message, failure);

    public void Dispose()
    {
        Home.Dispose();
        Index.Dispose();
        Packs.Dispose();
        LargeUploads.Dispose();
    }
}
