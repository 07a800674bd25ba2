using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Disk;

/// <summary>Which exceptions of the file system are expected failures, and what to tell about them.</summary>
internal static class DiskErrors
{
    // errno; .NET puts it into HResult where it has no exception type of its own.
    public const int InputOutput = 5, BehindLastData = 6, Invalid = 22, FileTooBig = 27, NoSpace = 28, ReadOnly = 30, LinuxQuota = 122;

    /// <summary>Not of the system: every lane of the store is held.</summary>
    public const int NoLane = -1;

    private const int MacQuota = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Null for everything that is not the disk's doing, such as a client that goes away.</summary>
    public static Error? Explain(Exception exception, string folder) => exception switch
    {
        UnauthorizedAccessException => Unavailable(
            $"The blob folder {folder} cannot be written: permission denied. Give the user that runs weigh access to it."),
        DirectoryNotFoundException or FileNotFoundException => Unavailable(
            $"The blob folder {folder} has lost sub-folders or files while in use. Restore it and restart weigh."),
        IOException failure => ExplainCode(failure.HResult, folder),
        _ => null,
    };

    private static Error? ExplainCode(int code, string folder) => code switch
    {
        NoSpace or WindowsDiskFull or WindowsHandleDiskFull => Full(
            $"The disk of the blob folder {folder} is full. Make room, or run the garbage collection, and try again."),
        LinuxQuota when OperatingSystem.IsLinux() => Quota(folder),
        MacQuota when OperatingSystem.IsMacOS() => Quota(folder),
        FileTooBig => Full(
            $"The file system of the blob folder {folder} allows no file of this size. Move the folder to one that does."),
        ReadOnly when !OperatingSystem.IsWindows() => Unavailable(
            $"The disk of the blob folder {folder} is read-only. Mount it for writing and try again."),
        InputOutput when !OperatingSystem.IsWindows() => Unavailable(
            $"The disk of the blob folder {folder} reports an input/output error. Check the disk."),
        NoLane => Unavailable($"256 processes write to the store {folder} at once, the most it takes. Wait for one to end."),
        _ => null,
    };

    private static Error Quota(string folder) => Full(
        $"The disk quota for the blob folder {folder} is used up. Raise it, or run the garbage collection, and try again.");

    private static Error Full(string message) => new(ErrorCode.StorageFull, message);

    private static Error Unavailable(string message) => new(ErrorCode.Unavailable, message);
}
