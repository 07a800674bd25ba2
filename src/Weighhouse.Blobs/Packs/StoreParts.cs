using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Local;
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

    public PackSet Packs { get; } = new(folder);

    public ObjectIndex Index { get; } = new();

    /// <summary>The pack of this process's lane if it can take more, else a new one.</summary>
    public OpenPack OpenPackFor(PackKind kind, int epoch)
    {
        lock (_laneLock)
        {
            _lane ??= Lane.Take(Folder) ?? throw new IOException("All the places for writing processes are taken", DiskErrors.NoLane);
            if (_lane.PackOf(kind) is { } left && TryContinue(left, kind, epoch) is { } continued) return continued;
            var file = Packs.Register(PackId.New(ids), kind, isOurs: true);
            file.Epoch = epoch;
            var pack = OpenPack.Create(file);
            _lane.SetPack(kind, file.Id);
            return pack;
        }
    }

    public void WriteFailed(Error error, Exception failure) => Log.WriteFailed(error.Message, failure);

    public void Dispose()
    {
        _lane?.Dispose();
        Packs.Dispose();
    }

    private OpenPack? TryContinue(PackId id, PackKind kind, int epoch)
    {
        var file = Packs.Find(id);
        if (file is null || file.IsGone || file.IsCondemned || file.Kind != kind || file.Epoch != epoch) return null;
        if (file.SoundEnd <= PackHeader.Size || file.SoundEnd >= Options.PackTargetBytes || !File.Exists(file.Path)) return null;
        return OpenPack.Continue(file);
    }
}
