using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Disk;

namespace Weighhouse.Blobs.Packs;

/// <summary>Packs that are open for reading, the one opened longest ago closed first.</summary>
/// <param name="direct">Whether they are read past the page cache.</param>
internal sealed class PackHandles(bool direct) : IDisposable
{
    /// <summary>Open handles kept; more would meet the usual limit of 1,024 open files of a process.</summary>
    private const int HandlesMax = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, SafeFileHandle> _handles = [];
    private readonly Queue<int> _opened = new();

    /// <summary>False once the file system has refused to be read past the page cache.</summary>
    public bool IsPossible { get; private set; } = true;

    public SafeFileHandle Of(PackFile pack)
    {
        lock (_lock)
        {
            if (_handles.TryGetValue(pack.Ordinal, out var handle)) return handle;
            while (_handles.Count >= HandlesMax && _opened.TryDequeue(out var oldest))
            {
                if (_handles.Remove(oldest, out var closing)) closing.Dispose();
            }

            handle = PackFolder.Open(pack.Path, FileMode.Open, FileAccess.Read);
            if (direct && OperatingSystem.IsLinux() && !UnixFiles.TrySetDirect(handle, true)) IsPossible = false;
            _handles.Add(pack.Ordinal, handle);
            _opened.Enqueue(pack.Ordinal);
            return handle;
        }
    }

    /// <summary>Reads whole pages in one go, fewer at the end of the file; null when it has to be done in another way.</summary>
    public int? TryRead(PackFile pack, Span<byte> pages, long offset)
    {
        try
        {
            var handle = Of(pack);
            return IsPossible ? RandomAccess.Read(handle, pages, offset) : null;
        }
        catch (IOException failure) when (failure.HResult == DiskErrors.Invalid)
        {
            // The file system takes the flag and not the reading, for instance with sectors larger than our pages.
            IsPossible = false;
            return null;
        }
        catch (Exception failure) when (failure is ObjectDisposedException or FileNotFoundException)
        {
            return null;
        }
    }

    public bool Has(PackFile pack)
    {
        lock (_lock) return _handles.ContainsKey(pack.Ordinal);
    }

    public void Close(PackFile pack)
    {
        lock (_lock)
        {
            if (_handles.Remove(pack.Ordinal, out var handle)) handle.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var handle in _handles.Values) handle.Dispose();
            _handles.Clear();
        }
    }
}
