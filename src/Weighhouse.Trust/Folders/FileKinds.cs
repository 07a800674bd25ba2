using System.Runtime.InteropServices;

namespace Weighhouse.Trust;

/// <summary>Tells pipes, sockets and devices from files, which the framework does not.</summary>
internal static unsafe partial class FileKinds
{
    private const int AtWorkingFolder = -100, NoFollow = 0x100, TypeBits = 0xF000, RegularFile = 0x8000;
    private const uint WantedType = 1;

    /// <summary>Elsewhere than on Linux only what has a length is told to be a file before this is asked.</summary>
    public static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux()) return false;
        StatusX status;
        return Statx(AtWorkingFolder, path, NoFollow, WantedType, &status) == 0 && (status.Mode & TypeBits) != RegularFile;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, StatusX* status);

    /// <summary>The same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusX
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
