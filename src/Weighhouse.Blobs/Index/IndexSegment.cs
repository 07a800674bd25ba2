using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Index;

/// <summary>A sorted, immutable part of the index, mapped into memory: the system keeps of it what is used.</summary>
internal sealed unsafe class IndexSegment : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly long _entriesStart;
    private readonly int* _fanout;
    private PackFile[] _packs = [];
    private int _users = 1;

    private IndexSegment(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start, CoveredPack[] covered, int count)
    {
        Path = path;
        (_file, _view) = (file, view);
        _start = start;
        (Covered, Count) = (covered, count);
        _entriesStart = SegmentFormat.EntriesStart(covered.Length);
        _fanout = (int*)(start + SegmentFormat.HeaderBytes + covered.Length * CoveredPack.Size);
    }

    public string Path { get; }

    public int Count { get; }

    public IReadOnlyList<CoveredPack> Covered { get; }

    /// <summary>Of a segment that this process has written.</summary>
    public SegmentFilter? Filter { get; init; }

    /// <summary>Whether anybody but the index uses it.</summary>
    public bool IsViewed => Volatile.Read(ref _users) > 1;

    /// <summary>Null when the file is damaged or of another version.</summary>
    public static IndexSegment? TryOpen(string path, SegmentFilter? filter = null)
    {
        var length = new FileInfo(path).Length;
        if (length < SegmentFormat.EntriesStart(0)) return null;
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        var view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        var segment = Read(path, file, view, start, length, filter);
        if (segment is not null) return segment;
        Close(file, view);
        return null;
    }

    /// <summary>Tells which packs of the store its numbers mean.</summary>
    public void Bind(PackSet packs) => _packs = [.. Covered.Select(covered => packs.Register(covered.Id, covered.Kind))];

    public bool TryFind(ReadOnlySpan<byte> id, out ObjectPlace place)
    {
        var number = NumberOf(id);
        place = number < 0 ? default : PlaceOf(EntryAt(number));
        return number >= 0;
    }

    /// <summary>Which entry has the id; below zero when none has.</summary>
    public int NumberOf(ReadOnlySpan<byte> id)
    {
        if (Filter?.MayHold(id) == false) return -1;
        var bucket = SegmentFormat.BucketOf(id);
        var (low, high) = (_fanout[bucket], _fanout[bucket + 1] - 1);
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var order = EntryAt(middle)[..Digest.Size].SequenceCompareTo(id);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    public ReadOnlySpan<byte> EntryAt(int number) =>
        new(_start + _entriesStart + (long)number * SegmentFormat.EntryBytes, SegmentFormat.EntryBytes);

    public ObjectPlace PlaceOf(ReadOnlySpan<byte> entry)
    {
        var (info, offset, pack) = SegmentFormat.ReadEntry(entry);
        return new ObjectPlace(_packs[pack], info, offset);
    }

    /// <summary>Lets the system have the memory of what was used; what is used again it maps again.</summary>
    public void LetPagesGo()
    {
        if (OperatingSystem.IsLinux()) PageCache.LetGo((nint)_start, _entriesStart + (long)Count * SegmentFormat.EntryBytes);
    }

    /// <summary>Keeps it mapped until one <see cref="Dispose"/> more. The caller holds the index's lock.</summary>
    public IndexSegment Retain()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0) Close(_file, _view);
    }

    private static IndexSegment? Read(
        string path, MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start, long length, SegmentFilter? filter)
    {
        var header = new ReadOnlySpan<byte>(start, SegmentFormat.HeaderBytes);
        if (!header.StartsWith(SegmentFormat.Magic)) return null;
        var count = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        var packs = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        if (count < 0 || packs is < 0 or > 1 << 24) return null;
        var entries = SegmentFormat.EntriesStart(packs);
        if (entries > int.MaxValue || entries + (long)count * SegmentFormat.EntryBytes != length) return null;
        var front = new ReadOnlySpan<byte>(start, (int)entries);
        if (Blake3.HashOf(front[..^Digest.Size]) != new Digest(front[^Digest.Size..])) return null;
        var covered = new CoveredPack[packs];
        for (var i = 0; i < packs; i++) covered[i] = CoveredPack.Read(front[(SegmentFormat.HeaderBytes + i * CoveredPack.Size)..]);
        return new IndexSegment(path, file, view, start, covered, count) { Filter = filter };
    }

    private static void Close(MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
