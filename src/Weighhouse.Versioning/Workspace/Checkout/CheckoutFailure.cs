using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>What the system says, as an error with its cure.</summary>
internal static class CheckoutFailure
{
    /// <summary>ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL of Windows.</summary>
    private static readonly int[] DiskFull = [28, 122, unchecked((int)0x80070070)];

    public static Error Of(Exception exception, string path) => exception switch
    {
        UnauthorizedAccessException =>
            Error.Denied($"{path}: it cannot be written by the user '{Environment.UserName}'. Mend its permissions, then try again."),
        IOException when Array.Exists(DiskFull, code => code == exception.HResult) => new Error(
            ErrorCode.StorageFull, $"{path}: the disk is full. Make room, then try again: what is written already stays."),
        _ => new Error(ErrorCode.Unavailable, $"{path}: {exception.Message}"),
    };
}
