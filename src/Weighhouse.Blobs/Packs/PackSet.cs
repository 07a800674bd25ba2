using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Disk;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>What this process knows of one pack file.</summary>
internal sealed class PackFile(int ordinal, PackId id, PackKind kind, string path)
{
    public int Ordinal { get; } = ordinal;

    public PackId Id { get; } = id;

    public PackKind Kind { get; } = kind;

    public string Path { get; } = path;

    /// <summary>The path within the store's folder.</summary>
    public string Name => "packs/" + System.IO.Path.GetFileName(Path);

    /// <summary>The epoch of its header.</summary>
    public int Epoch { get; set; }

    /// <summary>Behind its last whole section, as far as this process has read.</summary>
    public long SoundEnd { get; set; } = PackHeader.Size;

    /// <summary>How long the file was when it was last looked at.</summary>
    public long SeenBytes { get; set; }

    /// <summary>Whether this process is appending to it: then what it reads of the end is its own unfinished work.</summary>
    public bool IsOurs { get; set; }

    /// <summary>Whether it must be there for everybody. One of ours that has no section yet may not have been made yet.</summary>
    public bool IsThere => !IsOurs || SoundEnd > PackHeader.Size;

    /// <summary>Whether a collection is about to take it: readable, but nothing new may rely on it.</summary>
    public volatile bool IsCondemned;

    /// <summary>Deleted by a collection, perhaps of another process.</summary>
    public volatile bool IsGone;

    /// <summary>
    /// Whether, after it has gone, what it held is known where else it lies. Until then no segment may be written: it would say of the
    /// other packs that it has all of them, and lack what was known here only.
    /// </summary>
    public volatile bool IsSettled;
}

/// <summary>The packs of a folder by number, and reading from them.</summary>
internal sealed class PackSet(PackFolder folder, IPackHome home) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<PackFile> _packs = [];
    private readonly Dictionary<PackId, PackFile> _byId = [];
    private readonly PackHandles _cached = new(direct: false), _direct = new(direct: true);
    private IReadOnlySet<PackId> _condemned = new HashSet<PackId>();

    public PackFile this[int ordinal]
    {
        get
        {
            lock (_lock) return _packs[ordinal];
        }
    }

    public IReadOnlyList<PackFile> All
    {
        get
        {
            lock (_lock) return [.. _packs.Where(pack => !pack.IsGone)];
        }
    }

    /// <summary>Packs that this process has seen go.</summary>
    public IReadOnlyList<PackFile> Gone
    {
        get
        {
            lock (_lock) return [.. _packs.Where(static pack => pack.IsGone)];
        }
    }

    /// <summary>Whether a pack has gone and nobody has yet looked where else its objects lie.</summary>
    public bool HasUnsettled
    {
        get
        {
            lock (_lock) return _packs.Exists(static pack => pack is { IsGone: true, IsSettled: false });
        }
    }

    public PackFile? Find(PackId id)
    {
        lock (_lock) return _byId.GetValueOrDefault(id);
    }

    public PackFile Register(PackId id, PackKind kind, bool isOurs = false)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var known)) return known;
            var pack = new PackFile(_packs.Count, id, kind, folder.PathOf(id, kind))
            {
                IsOurs = isOurs,
                IsCondemned = _condemned.Contains(id),
            };
            _packs.Add(pack);
            _byId.Add(id, pack);
            return pack;
        }
    }

    /// <summary>
    /// These packs, known or not yet, and no others: nothing new may rely on them. Those that are not condemned any more were spared
    /// or deleted, perhaps by another process; what is not there nobody may rely on either.
    /// </summary>
    public void Condemn(IReadOnlySet<PackId> condemned)
    {
        lock (_lock)
        {
            _condemned = condemned;
            foreach (var pack in _packs)
            {
                if (pack.IsThere && !pack.IsGone && !home.Exists(pack.Id, pack.Kind)) pack.IsGone = true;
                pack.IsCondemned = condemned.Contains(pack.Id);
            }
        }
    }

    /// <summary>Reads until the target is full or the file ends. False when the pack is not there any more.</summary>
    public bool TryRead(PackFile pack, Span<byte> target, long offset, out int count)
    {
        count = 0;
        while (!pack.IsGone)
        {
            try
            {
                home.Hold(pack, offset, target.Length);
                try
                {
                    count = PackScan.ReadFully(_cached.Of(pack), target, offset);
                    return true;
                }
                finally
                {
                    home.LetGo(pack);
                }
            }
            catch (ObjectDisposedException)
            {
                // Closed to make room for another pack between the look-up and the read: open it again.
            }
            catch (FileNotFoundException)
            {
                pack.IsGone = true;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads a part that is wanted once, past the page cache unless it lies there. The bytes are in the buffer; false when the pack is not
    /// there any more, or shorter.
    /// </summary>
    public bool TryReadOnce(PackFile pack, PageBuffer buffer, long offset, int lengthBytes, out ReadOnlyMemory<byte> bytes)
    {
        Invariant.That(lengthBytes <= PageBuffer.PartMaxBytes);
        var before = (int)(offset % PageBuffer.PageBytes);
        var from = offset - before;
        var wanted = before + lengthBytes;
        bytes = buffer.Memory.Slice(before, lengthBytes);
        if (OperatingSystem.IsLinux() && _direct.IsPossible && home.AheadBytes == 0 && !pack.IsGone && MustComeFromDisk(pack, from, wanted))
        {
            var whole = (wanted + PageBuffer.PageBytes - 1) / PageBuffer.PageBytes * PageBuffer.PageBytes;
            if (_direct.TryRead(pack, buffer.Memory.Span[..whole], from) is { } direct) return direct >= wanted;
        }

        return TryRead(pack, buffer.Memory.Span.Slice(before, lengthBytes), offset, out var count) && count == lengthBytes;
    }

    /// <summary>The bytes of a pack, for reading its tables. FileNotFoundException when it has gone.</summary>
    public PackBytes Open(PackFile pack)
    {
        var lengthBytes = home.LengthOf(pack);
        return new PackBytes(this, pack, lengthBytes, keepsOpen: _cached.Has(pack));
    }

    /// <summary>What was read is not what it should be: whether it is worth reading again.</summary>
    public bool Distrust(PackFile pack) => home.Distrust(pack);

    /// <summary>Closes the file, which is about to be deleted or written anew.</summary>
    public void Close(PackFile pack)
    {
        _cached.Close(pack);
        _direct.Close(pack);
    }

    /// <summary>Closes the pack, which has been deleted.</summary>
    public void Forget(PackFile pack)
    {
        pack.IsGone = true;
        Close(pack);
    }

    public void Dispose()
    {
        _cached.Dispose();
        _direct.Dispose();
    }

    /// <summary>Whether the part is not in memory; of a pack that lies here.</summary>
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private bool MustComeFromDisk(PackFile pack, long offset, int lengthBytes)
    {
        try
        {
            return !PageCache.Holds(_cached.Of(pack), offset, lengthBytes);
        }
        catch (Exception failure) when (failure is ObjectDisposedException or FileNotFoundException)
        {
            // Closed to make room, or gone: the ordinary way of reading finds out.
            return false;
        }
    }
}
