using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Blobs.Disk;

/// <summary>Files that are locked as long as they are open (flock on Unix, sharing modes on Windows).</summary>
internal static class FileLocks
{
    private const int LinuxWouldBlock = 11, MacWouldBlock = 35;
    private const int WindowsSharing = unchecked((int)0x80070020);

    /// <summary>Alone; null when anybody holds it.</summary>
    public static SafeFileHandle? TryExclusive(string path) => TryOpen(path, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Together with others who share; null when somebody holds it alone.</summary>
    public static SafeFileHandle? TryShared(string path) => TryOpen(path, FileAccess.Read, FileShare.Read);

    private static SafeFileHandle? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException failure) when (failure.HResult == (OperatingSystem.IsWindows() ? WindowsSharing
            : OperatingSystem.IsMacOS() ? MacWouldBlock : LinuxWouldBlock))
        {
            return null;
        }
    }
}
