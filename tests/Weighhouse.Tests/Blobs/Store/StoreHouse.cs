using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>A store of objects in a folder of its own.</summary>
internal sealed class StoreHouse : StoreHouseBase
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<BlobsMetrics>().BuildServiceProvider();

    public StoreHouse(Action<BlobsOptions>? configure = null)
        : base(configure)
    {
    }

    protected override BlobsMetrics Metrics => _services.GetRequiredService<BlobsMetrics>();

    /// <summary>As another process sees the folder. The caller disposes it.</summary>
    public ObjectStore OpenAnother() => TryOpen().Value;

    public Result<ObjectStore> TryOpen() => ObjectStore.Open(Options, this, IdGenerator.Secure, this);

    /// <summary>Changes a byte of an object where it lies.</summary>
    public void Damage(Digest id, int at = 0)
    {
        Assert.True(Store.Parts.Index.TryFind(id, out var place));
        using var file = global::System.IO.File.Open(place.Pack.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = place.OffsetBytes + at;
        var value = file.ReadByte();
        file.Position = place.OffsetBytes + at;
        file.WriteByte((byte)(value ^ 0x10));
    }

    public override void Dispose()
    {
        base.Dispose();
        _services.Dispose();
    }

    protected override ObjectStore OpenStore() => OpenAnother();
}
