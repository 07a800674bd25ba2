using Microsoft.Win32.SafeHandles;
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
        using var stream = CreateExecutable(temporary, target.IsExecutable);
        // Nobody else knows the name: it needs no lock, which would be two calls of the system for each small file.
        using var file = stream?.SafeFileHandle
            ?? File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        if (target.SizeBytes == 0) return Done.Value;
        if (write.Before is { } before && Reflink.TryMake(folder, store, target, before, file, cancellation) is { } shared)
            return shared;
        var written = store.WriteTo(target.Id, file, cancellation);
        if (!written.IsFailure && RandomAccess.GetLength(file) != target.SizeBytes)
            return new Error(ErrorCode.Corrupted,
                $"Its content has {RandomAccess.GetLength(file)} bytes; the tree says {target.SizeBytes}.");
        return written;
    }

    /// <summary>Made with the mode that its user's umask leaves of an executable file's; .NET lets only a stream be made with a
    /// mode.</summary>
    private static FileStream? CreateExecutable(string path, bool isExecutable)
    {
        if (OperatingSystem.IsWindows() || !isExecutable) return null;
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite
            | UnixFileMode.OtherExecute;
        return new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
    }
}
