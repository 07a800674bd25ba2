using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Blobs.Disk;

/// <summary>What .NET cannot say: make a folder durable, write without the page cache, start writing a part of a file out.</summary>
internal static partial class UnixFiles
{
    private const int SeekData = 3, SeekHole = 4;
    private const uint WaitBefore = 1, StartWrite = 2, WaitAfter = 4;

    /// <summary>Makes renames in the folder durable. Nothing to do on Windows, where NTFS journals them.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        const int readOnly = 0;
        var closeOnExec = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;
        var descriptor = Open(folder, readOnly | closeOnExec);
        if (descriptor < 0) throw LastError($"Cannot open the folder {folder} to sync it");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Asks the disk to take these bytes and does not wait.</summary>
    [SupportedOSPlatform("linux")]
    public static void StartWriteOut(SafeFileHandle file, long offsetBytes, long lengthBytes) =>
        SyncRange(file, offsetBytes, lengthBytes, StartWrite);

    /// <summary>Waits until the disk has taken these bytes (their size and place may still be in memory: this is not fsync).</summary>
    [SupportedOSPlatform("linux")]
    public static void AwaitWriteOut(SafeFileHandle file, long offsetBytes, long lengthBytes) =>
        SyncRange(file, offsetBytes, lengthBytes, WaitBefore | StartWrite | WaitAfter);

    /// <summary>Switches direct writing (O_DIRECT). False when the file system cannot.</summary>
    [SupportedOSPlatform("linux")]
    public static bool TrySetDirect(SafeFileHandle file, bool direct)
    {
        const int getFlags = 3, setFlags = 4;
        // The flag's value differs between processors; others than these two get no direct writing.
        int? directFlag = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 0x4000,
            Architecture.Arm64 => 0x10000,
            _ => null,
        };
        var flags = FileControl(file, getFlags, 0);
        return directFlag is { } flag && flags >= 0 && FileControl(file, setFlags, direct ? flags | flag : flags & ~flag) == 0;
    }

    /// <summary>
    /// Where the next byte lies that is not in a hole: the position itself, or behind it; the file's end when there is none. Null when the
    /// file system cannot tell. Moves the position that reading without one would begin at.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static long? NextData(SafeFileHandle file, long position)
    {
        var data = Seek(file, position, SeekData);
        if (data >= 0) return data;
        return Marshal.GetLastPInvokeError() == DiskErrors.BehindLastData ? Math.Max(position, RandomAccess.GetLength(file)) : null;
    }

    /// <summary>Where the next hole begins, the file's end counting as one. Null when the file system cannot tell.</summary>
    [SupportedOSPlatform("linux")]
    public static long? NextHole(SafeFileHandle file, long position) => Seek(file, position, SeekHole) is >= 0 and var hole ? hole : null;

    private static void SyncRange(SafeFileHandle file, long offsetBytes, long lengthBytes, uint flags)
    {
        if (SyncFileRange(file, offsetBytes, lengthBytes, flags) == 0) return;
        // The kernel reports a failed write-out once only: what is swallowed here, fsync would not tell again.
        // Anything else (a file system without the call) only costs speed.
        if (Marshal.GetLastPInvokeError() is DiskErrors.InputOutput or DiskErrors.NoSpace or DiskErrors.LinuxQuota)
        {
            throw LastError("Cannot write the file out");
        }
    }

    private static IOException LastError(string what)
    {
        var code = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {new Win32Exception(code).Message}", code);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    // Variadic in C; Linux passes integers to variadic functions like to any other on both processors we ask for.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int from);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncFileRange(SafeFileHandle file, long offsetBytes, long lengthBytes, uint flags);
}
