using Weighhouse.Blobs.Disk;

namespace Weighhouse.Tests.Blobs;

internal static class Holes
{
    /// <summary>How much of a file takes no room; none where the system does not tell.</summary>
    public static long BytesOf(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (!OperatingSystem.IsLinux()) return 0;
        var length = RandomAccess.GetLength(file);
        long bytes = 0;
        for (long position = 0; position < length;)
        {
            var data = Math.Min(length, UnixFiles.NextData(file, position) ?? length);
            bytes += data - position;
            position = data < length ? UnixFiles.NextHole(file, data) ?? length : length;
        }

        return bytes;
    }
}
