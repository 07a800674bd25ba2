using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Disk;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>What the parts of one open store share.</summary>
internal sealed class StoreParts(PackFolder folder, BlobsOptions options, TimeProvider clock, IdGenerator ids, ILogger log) : IDisposable
{
    private readonly Lock _laneLock = new();
    private Lane? _lane;

    public PackFolder Folder { get; } = folder;

    public BlobsOptions Options { get; } = options;

    public TimeProvider Clock { get; } = clock;

    public ILogger Log { get; } = log;

    public PackSet Packs => Index.Packs;

    public ObjectIndex Index { get; } = new(folder);

    /// <summary>Places for uploads that need buffers of megabytes.</summary>
    public SemaphoreSlim LargeUploads { get; } = new(options.LargeUploadsMax);

    /// <summary>The pack of this process's lane if it can take more, else a new one.</summary>
    public OpenPack OpenPackFor(PackKind kind, int epoch)
    {
        lock (_laneLock)
        {
            _lane ??= Lane.Take(Folder) ?? throw new IOException("All the places for writing processes are taken", DiskErrors.NoLane);
            if (_lane.PackOf(kind) is { } left && TryContinue(left, kind, epoch) is { } continued) return continued;
            var file = Packs.Register(PackId.New(ids), kind, isOurs: true);
            file.Epoch = epoch;
            // Named before it is made: whoever has the lane next tidies up what a crash leaves of it.
            _lane.SetPack(kind, file.Id);
            return OpenPack.Create(file);
        }
    }

    public void WriteFailed(Error error, Exception failure) => Log.WriteFailed(error.Message, failure);

    public void Dispose()
    {
        _lane?.Dispose();
        Index.Dispose();
        Packs.Dispose();
        LargeUploads.Dispose();
    }

    private OpenPack? TryContinue(PackId id, PackKind kind, int epoch)
    {
        var path = Folder.PathOf(id, kind);
        var file = Packs.Find(id);
        // One that is ours is on its way to its end: what is behind its last section is our own work.
        if (file is { IsOurs: true } or { IsGone: true } || !File.Exists(path)) return null;
        file ??= Packs.Register(id, kind);
        // The lane is ours only now: its holder before may have written since this process last looked.
        PackLoading.ReadNew(this, file);
        if (file.SoundEnd <= PackHeader.Size)
        {
            // A pack of this lane in which no section was ever finished holds nothing that was promised.
            file.IsGone = true;
            File.Delete(path);
            return null;
        }

        return file.IsCondemned || file.Epoch != epoch || file.SoundEnd >= Options.PackTargetBytes ? null : OpenPack.Continue(file);
    }
}
