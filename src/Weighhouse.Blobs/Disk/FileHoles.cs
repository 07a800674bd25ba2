using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Blobs.Disk;

/// <summary>
/// Where an open file has nothing but zeros that take no room. A file without holes is asked about twice, however long it is; on systems
/// that are not asked no file has any.
/// </summary>
internal sealed class FileHoles(SafeFileHandle file)
{
    /// <summary>Up to here no hole begins.</summary>
    private long _dataUntil;

    /// <summary>The end of the hole that this position is in; the position itself when it is in none.</summary>
    public long EndFrom(long position)
    {
        if (!OperatingSystem.IsLinux() || position < _dataUntil) return position;
        if (UnixFiles.NextData(file, position) is not { } data)
        {
            _dataUntil = long.MaxValue;
            return position;
        }

        if (data > position) return data;
        _dataUntil = UnixFiles.NextHole(file, position) ?? long.MaxValue;
        return position;
    }
}
