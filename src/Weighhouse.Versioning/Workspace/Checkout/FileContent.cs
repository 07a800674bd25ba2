using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>Makes a file under a temporary name, whole and verified.</summary>
internal static class FileContent
{
    public static Result<Done> Make(
        WorkspaceFolder folder, IObjectStore store, CheckoutWrite write, string temporary, CancellationToken cancellation)
    {
        var target = write.Target;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        // The process's umask takes from these what its user does not want to grant.
        if (target.IsExecutable) mode |= UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using var file = new FileStream(temporary, options);
        if (target.SizeBytes == 0) return Done.Value;
        if (write.Before is { } before && Reflink.TryMake(folder, store, target, before, file.SafeFileHandle, cancellation) is { } shared)
            return shared;
        var written = store.WriteTo(target.Id, file.SafeFileHandle, cancellation);
        if (!written.IsFailure && RandomAccess.GetLength(file.SafeFileHandle) != target.SizeBytes)
            return new Error(ErrorCode.Corrupted,
                $"Its content has {RandomAccess.GetLength(file.SafeFileHandle)} bytes; the tree says {target.SizeBytes}.");
        return written;
    }
}
