using System.Diagnostics.CodeAnalysis;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Local;

/// <summary>Which exceptions of the file system are expected failures, and what to tell about them.</summary>
internal static class DiskErrors
{
    // errno; .NET puts it into HResult where it has no exception type of its own.
    public const int InputOutput = 5, Invalid = 22, FileTooBig = 27, NoSpace = 28, ReadOnly = 30, LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>False for everything that is not the disk's doing, such as a client that goes away.</summary>
    public static bool TryExplain(Exception exception, string folder, [NotNullWhen(true)] out Error? error)
    {
        error = exception switch
        {
            UnauthorizedAccessException => new Error(
                ErrorCode.Unavailable, $"The blob folder {folder} cannot be written: permission denied. Give the user that runs weigh access to it."),
            DirectoryNotFoundException or FileNotFoundException => new Error(
                ErrorCode.Unavailable, $"The blob folder {folder} has lost sub-folders or files while in use. Restore it and restart weigh."),
            IOException { HResult: NoSpace or WindowsDiskFull or WindowsHandleDiskFull } => new Error(
                ErrorCode.StorageFull, $"The disk of the blob folder {folder} is full. Make room, or run the garbage collection, and try again."),
            IOException { HResult: LinuxQuota } when OperatingSystem.IsLinux() => Quota(folder),
            IOException { HResult: MacQuota } when OperatingSystem.IsMacOS() => Quota(folder),
            IOException { HResult: FileTooBig } => new Error(
                ErrorCode.StorageFull, $"The disk of the blob folder {folder} or the process's file size limit (ulimit -f) allows no file of this size."),
            IOException { HResult: ReadOnly } when !OperatingSystem.IsWindows() => new Error(
                ErrorCode.Unavailable, $"The disk of the blob folder {folder} is read-only. Mount it for writing and try again."),
            IOException { HResult: InputOutput } when !OperatingSystem.IsWindows() => new Error(
                ErrorCode.Unavailable, $"The disk of the blob folder {folder} reports an input/output error. Check the disk."),
            _ => null,
        };
        return error is not null;
    }

    private static Error Quota(string folder) => new(
        ErrorCode.StorageFull, $"The disk quota for the blob folder {folder} is used up. Raise it, or run the garbage collection, and try again.");
}
