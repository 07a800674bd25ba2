namespace Weighhouse.Blobs.Packs;

/// <summary>A pack as bytes, however far away they lie.</summary>
/// <param name="keepsOpen">Whether the file was open before: going through all tables leaves no more files open than there were.</param>
internal sealed class PackBytes(PackSet packs, PackFile pack, long lengthBytes, bool keepsOpen) : IDisposable
{
    public PackId Id => pack.Id;

    public long LengthBytes { get; } = lengthBytes;

    /// <summary>Reads until the target is full or the pack ends. FileNotFoundException when it has gone.</summary>
    public int Read(Span<byte> target, long offset)
    {
        var most = (int)Math.Clamp(LengthBytes - offset, 0, target.Length);
        if (most == 0) return 0;
        return packs.TryRead(pack, target[..most], offset, out var count) ? count : throw new FileNotFoundException(null, pack.Path);
    }

    public void Dispose()
    {
        if (!keepsOpen) packs.Close(pack);
    }
}
