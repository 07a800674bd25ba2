using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Data;

/// <summary>
/// Reads the lock file of another process. .NET takes a shared lock on every file it opens, which the other's exclusive lock
/// would refuse; so on Unix the file is opened by the system's own call.
/// </summary>
internal static partial class LockNotice
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int ReadOnlyCloseOnExecMac = 0x1000000;

    /// <summary>One line, or null when the file cannot be read: then nobody holds it, and the trouble is another.</summary>
    public static string? Read(string path, int bytesMax)
    {
        try
        {
            using var handle = Open(path);
            var bytes = new byte[bytesMax];
            var length = RandomAccess.Read(handle, bytes, 0);
            return Encoding.UTF8.GetString(bytes, 0, length).Trim().ReplaceLineEndings(", ");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsWindows()) return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var descriptor = OpenDescriptor(path, OperatingSystem.IsMacOS() ? ReadOnlyCloseOnExecMac : ReadOnlyCloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new IOException($"{path} cannot be opened");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenDescriptor(string path, int flags);
}
