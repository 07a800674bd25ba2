using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>
/// Where the file system shares blocks between files (XFS, btrfs), a large file is made as a copy-on-write twin of the one that stands
/// there, and
/// only the chunks that differ are written.
/// </summary>
internal static partial class Reflink
{
    /// <summary>Below this, writing the file costs less than asking.</summary>
    private const long SizeMinBytes = 8 << 20;

    private const nuint CloneFile = 0x40049409;

    /// <summary>Null when the file has to be written whole.</summary>
    public static Result<Done>? TryMake(
        WorkspaceFolder folder, IObjectStore store, IndexEntry target, IndexEntry before, SafeFileHandle file,
            CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux() || target.SizeBytes < SizeMinBytes || before.SizeBytes < SizeMinBytes) return null;
        if (!store.Recipe(target.Id).TryGet(out var wanted, out var error)) return error;
        if (!store.Recipe(before.Id).TryGet(out var present, out _)) return null;
        var place = folder.PathOf(before.Path);
        using var source = File.OpenHandle(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (!TryClone(source, file)) return null;
        // The twin is of the content that was vouched for, or of nothing we know.
        if (!before.Vouches(FileProbe.Of(source)))
        {
            RandomAccess.SetLength(file, 0);
            return null;
        }

        RandomAccess.SetLength(file, target.SizeBytes);
        return WriteDifferent(store, file, wanted, present, cancellation);
    }

    private static Result<Done> WriteDifferent(
        IObjectStore store, SafeFileHandle file, FileRecipe wanted, FileRecipe present, CancellationToken cancellation)
    {
        var there = new HashSet<(long Offset, Digest Chunk)>();
        long offset = 0;
        foreach (var chunk in present.Chunks)
        {
            there.Add((offset, chunk.Id));
            offset += chunk.LengthBytes;
        }

        offset = 0;
        foreach (var chunk in wanted.Chunks)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!there.Contains((offset, chunk.Id)))
            {
                if (!store.Read(ObjectKind.Chunk, chunk.Id).TryGet(out var bytes, out var error)) return error;
                RandomAccess.Write(file, bytes.Span, offset);
            }

            offset += chunk.LengthBytes;
        }

        return Done.Value;
    }

    [SupportedOSPlatform("linux")]
    private static bool TryClone(SafeFileHandle source, SafeFileHandle target)
    {
        var held = false;
        source.DangerousAddRef(ref held);
        try
        {
            return Control(target, CloneFile, (int)source.DangerousGetHandle()) == 0;
        }
        finally
        {
            if (held) source.DangerousRelease();
        }
    }

    // Variadic in C; Linux passes integers to variadic functions like to any other on x64 and arm64.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, int argument);
}
