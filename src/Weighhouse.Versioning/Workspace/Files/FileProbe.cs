using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Versioning.Workspace.Files;

/// <summary>Asks the system about files, never following a link. On Linux to the nanosecond and with the inode.</summary>
internal static unsafe partial class FileProbe
{
    private const int PathBytesMax = 4_096;
    private const int AtCurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint Wanted = 0x1 | 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200;

    /// <summary>What is at the path; <see cref="FileType.None"/> when nothing is, or nothing that may be seen.</summary>
    public static FileFacts At(string path)
    {
        if (!OperatingSystem.IsLinux()) return Managed(new FileInfo(path));
        if (Encoding.UTF8.GetMaxByteCount(path.Length) is var length and <= 1_024)
        {
            Span<byte> small = stackalloc byte[length + 1];
            return At(path, small);
        }

        return At(path, new byte[Math.Min(Encoding.UTF8.GetByteCount(path), PathBytesMax) + 1]);
    }

    public static FileFacts Of(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            var size = RandomAccess.GetLength(file);
            var modified = Nanoseconds(File.GetLastWriteTimeUtc(file));
            return new FileFacts(FileType.File, false, new FileStamp(size, modified, modified, 0), 1, 0);
        }

        var held = false;
        file.DangerousAddRef(ref held);
        try
        {
            byte end = 0;
            return Ask((int)file.DangerousGetHandle(), &end, EmptyPath);
        }
        finally
        {
            if (held) file.DangerousRelease();
        }
    }

    /// <summary>A name in an open folder, as the bytes the system gave.</summary>
    [SupportedOSPlatform("linux")]
    public static FileFacts In(int folder, byte* name) => Ask(folder, name, NoFollow);

    public static FileFacts Managed(FileSystemInfo file)
    {
        // LinkTarget is asked first: it alone does not follow.
        if (file.LinkTarget is { } target)
        {
            var changed = Nanoseconds(file.LastWriteTimeUtc);
            return new FileFacts(FileType.Symlink, false, new FileStamp(Encoding.UTF8.GetByteCount(target), changed, changed, 0), 1, 0);
        }

        if (Directory.Exists(file.FullName)) return new FileFacts(FileType.Folder, false, default, 1, 0);
        var found = new FileInfo(file.FullName);
        if (!found.Exists) return default;
        var modified = Nanoseconds(found.LastWriteTimeUtc);
        var executable = !OperatingSystem.IsWindows() && found.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
        return new FileFacts(FileType.File, executable, new FileStamp(found.Length, modified, modified, 0), 1, 0);
    }

    private static FileFacts At(string path, Span<byte> buffer)
    {
        if (Encoding.UTF8.GetByteCount(path) >= buffer.Length) return default;
        buffer[Encoding.UTF8.GetBytes(path, buffer)] = 0;
        fixed (byte* bytes = buffer) return Ask(AtCurrentFolder, bytes, NoFollow);
    }

    private static FileFacts Ask(int folder, byte* path, int flags)
    {
        Record found;
        if (StatX(folder, path, flags, Wanted, &found) != 0) return default;
        var type = (found.Mode & 0xf000) switch
        {
            0x8000 => FileType.File,
            0x4000 => FileType.Folder,
            0xa000 => FileType.Symlink,
            _ => FileType.Special,
        };
        var stamp = new FileStamp(
            (long)found.Size, Nanoseconds(found.ModifiedSeconds, found.ModifiedNs), Nanoseconds(found.ChangedSeconds, found.ChangedNs),
            found.Inode);
        var device = ((ulong)found.DeviceMajor << 32) | found.DeviceMinor;
        return new FileFacts(type, type == FileType.File && (found.Mode & 0x40) != 0, stamp, found.Links, device);
    }

    private static long Nanoseconds(long seconds, uint rest) => unchecked((seconds * 1_000_000_000) + rest);

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>The kernel's answer, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Record
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNs;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNs;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int StatX(int folder, byte* path, int flags, uint mask, Record* found);
}
