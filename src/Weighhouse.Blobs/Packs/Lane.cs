using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Disk;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>
/// A place in the row of processes that write to this folder: a small locked file that names the packs its holder appends to, so that
/// the next holder goes on with them. The lock goes with the process; the names are a hint that is checked.
/// </summary>
internal sealed class Lane : IDisposable
{
    /// <summary>More processes at once than this is a mistake in some script.</summary>
    private const int LanesMax = 256;

    private readonly SafeFileHandle _file;

    private Lane(SafeFileHandle file) => _file = file;

    /// <summary>The first free lane; null when all are taken.</summary>
    public static Lane? Take(PackFolder folder)
    {
        for (var number = 0; number < LanesMax; number++)
        {
            var path = Path.Combine(folder.LockFolder, $"lane.{number}");
            if (FileLocks.TryExclusive(path) is { } file) return new Lane(file);
        }

        return null;
    }

    public PackId? PackOf(PackKind kind)
    {
        Span<byte> bytes = stackalloc byte[PackId.Size];
        if (PackScan.ReadFully(_file, bytes, OffsetOf(kind)) < bytes.Length) return null;
        var id = PackId.Read(bytes);
        return id == default ? null : id;
    }

    public void SetPack(PackKind kind, PackId id)
    {
        Span<byte> bytes = stackalloc byte[PackId.Size];
        id.CopyTo(bytes);
        RandomAccess.Write(_file, bytes, OffsetOf(kind));
    }

    public void Dispose() => _file.Dispose();

    private static long OffsetOf(PackKind kind) => kind == PackKind.Data ? 0 : PackId.Size;
}
