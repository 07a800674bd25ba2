using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Onnx.ExternalData;

/// <summary>
/// Opens files below a folder without following a link, at any depth. On Linux each step is taken from the folder already open, so that
/// nobody can put a link in its place between a question and the opening; elsewhere the steps are asked first.
/// </summary>
internal static unsafe partial class FolderWalk
{
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800, EmptyPath = 0x1000;
    private const int TypeBits = 0xF000, RegularFile = 0x8000;
    private const int NoSuchFile = 2, NoDirectory = 20, TooManyLinks = 40;

    /// <summary>The file, or why it is not opened: words that follow "which".</summary>
    public static (SafeFileHandle? File, string? Refusal) Open(string folder, string location) =>
        OperatingSystem.IsLinux() && Flags is { } flags ? OpenStepwise(folder, location, flags) : OpenAsked(folder, location);

    /// <summary>These differ between processors; on others than these two the portable way is taken.</summary>
    private static (int Directory, int NoFollow)? Flags => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (0x10000, 0x20000),
        Architecture.Arm64 => (0x4000, 0x8000),
        _ => null,
    };

    private static (SafeFileHandle? File, string? Refusal) OpenStepwise(string folder, string location, (int Directory, int NoFollow) flags)
    {
        var at = OpenAt(-100, folder, CloseOnExec | flags.Directory);
        if (at < 0) return (null, "cannot be reached: the model's folder cannot be opened");
        var here = new SafeFileHandle(at, ownsHandle: true);
        var names = location.Split('/');
        for (var i = 0; i < names.Length; i++)
        {
            var isLast = i == names.Length - 1;
            // A pipe would make us wait for its writer.
            var kind = isLast ? NonBlocking : flags.Directory;
            var next = OpenAt((int)here.DangerousGetHandle(), names[i], CloseOnExec | flags.NoFollow | kind);
            var code = Marshal.GetLastPInvokeError();
            here.Dispose();
            if (next < 0) return (null, code switch
            {
                NoSuchFile => "does not exist",
                TooManyLinks => "is a link",
                NoDirectory => isLast ? "does not exist" : "leads through a link or a file",
                _ => $"cannot be opened (error {code})",
            });
            here = new SafeFileHandle(next, ownsHandle: true);
        }

        if (Refusal(here) is not { } refusal) return (here, null);
        here.Dispose();
        return (null, refusal);
    }

    private static string? Refusal(SafeFileHandle file)
    {
        StatusX status;
        if (Statx(file, "", EmptyPath, 0x205, &status) != 0) return $"cannot be examined (error {Marshal.GetLastPInvokeError()})";
        if ((status.Mode & TypeBits) != RegularFile) return "is no ordinary file";
        // Its other name may lie anywhere on the disk.
        return status.Links == 1 ? null : $"has {status.Links} names (hard links)";
    }

    private static (SafeFileHandle? File, string? Refusal) OpenAsked(string folder, string location)
    {
        var path = folder;
        foreach (var name in location.Split('/'))
        {
            path = Path.Combine(path, name);
            if (!File.Exists(path) && !Directory.Exists(path)) return (null, "does not exist");
            if (File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint)) return (null, "is a link or leads through one");
        }

        try
        {
            return Directory.Exists(path) ? (null, "is no ordinary file") : (File.OpenHandle(path), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot be opened ({exception.Message})");
        }
    }

    // Variadic in C: the mode is only read where a file is made.
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle file, string path, int flags, uint mask, StatusX* status);

    /// <summary>The same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusX
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
