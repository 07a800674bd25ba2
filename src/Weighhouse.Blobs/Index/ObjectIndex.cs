using System.Globalization;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Index;

/// <summary>Where an object lies.</summary>
internal readonly record struct ObjectPlace(PackFile Pack, ObjectInfo Info, long OffsetBytes);

/// <summary>
/// From the id of an object to its place. What was added lately is in memory, the rest in mapped segments. Knows what is durable, and
/// nothing else.
/// </summary>
internal sealed class ObjectIndex(PackFolder folder, IPackHome home) : IDisposable
{
    /// <summary>An index smaller than this is quicker read from the packs than kept: 20 ms.</summary>
    public const int WorthwhileCount = 1 << 16;

    /// <summary>Entries in memory at which a process that goes on writes them to a segment: 30 MB.</summary>
    private const int MemoryMax = 1 << 18;

    /// <summary>From here all segments become one: each is asked for what is not there.</summary>
    private const int SegmentsMax = 4;

    private readonly PackSet _packs = new(folder, home);
    private readonly Lock _lock = new(), _compacting = new();
    private readonly Dictionary<PackId, long> _covered = [];
    private Dictionary<Digest, ObjectPlace> _places = [];
    private Dictionary<Digest, ObjectPlace>? _frozen;
    private IndexSegment[] _segments = [];
    private bool _isDisposed;

    /// <summary>Entries in memory at which it is tried next: where it failed, not for each section anew.</summary>
    private int _compactFrom = MemoryMax;

    public PackSet Packs => _packs;

    public long Count
    {
        get
        {
            lock (_lock) return _places.Count + (_frozen?.Count ?? 0) + _segments.Sum(segment => (long)segment.Count);
        }
    }

    /// <summary>What the segments hold now, numbered. Stays readable whatever is written later; the caller disposes it.</summary>
    public IndexView View()
    {
        lock (_lock) return new IndexView([.. _segments.Select(segment => segment.Retain())]);
    }

    /// <summary>A place in a pack that stays, if one is known; else one in a condemned pack.</summary>
    public bool TryFind(Digest id, out ObjectPlace place)
    {
        lock (_lock)
        {
            place = default;
            if (_places.TryGetValue(id, out var found) && Takes(found, ref place)) return true;
            if (_frozen is not null && _frozen.TryGetValue(id, out found) && Takes(found, ref place)) return true;
            if (_segments.Length > 0)
            {
                Span<byte> bytes = stackalloc byte[Digest.Size];
                id.CopyTo(bytes);
                foreach (var segment in _segments)
                {
                    if (segment.TryFind(bytes, out found) && Takes(found, ref place)) return true;
                }
            }

            return place.Pack is not null;
        }
    }

    /// <summary>
    /// Adds what a section holds. Of two places of an object one in a pack that stays is better, and of two such the shorter, which the
    /// repacking has written. The caller moves the pack's sound end afterwards.
    /// </summary>
    public void Add(PackFile pack, IReadOnlyCollection<PackEntry> entries)
    {
        if (TakeUp(pack, entries)) _ = Task.Run(() => Compact(MemoryMax));
    }

    /// <summary>
    /// The same for what was read from packs: waits until a segment has taken over what is too much for the memory, however many millions
    /// are read. Where none can be written it goes on and asks again at twice as many.
    /// </summary>
    public void AddRead(PackFile pack, IReadOnlyCollection<PackEntry> entries)
    {
        if (!TakeUp(pack, entries)) return;
        lock (_compacting) CompactAlone(MemoryMax);
    }

    /// <summary>Whether memory now holds more than it should.</summary>
    private bool TakeUp(PackFile pack, IReadOnlyCollection<PackEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                var place = new ObjectPlace(pack, entry.Info, entry.OffsetBytes);
                if (_places.TryAdd(entry.Id, place)) continue;
                if (IsBetter(place, _places[entry.Id])) _places[entry.Id] = place;
            }

            return _places.Count > _compactFrom;
        }
    }

    /// <summary>Takes up the segments in the folder, oldest first. One that does not join up with those before is deleted.</summary>
    public void Open()
    {
        lock (_lock)
        {
            foreach (var path in Directory.GetFiles(folder.IndexFolder, "*" + SegmentFormat.Suffix).Order(StringComparer.Ordinal))
            {
                if (IndexSegment.TryOpen(path) is not { } segment)
                {
                    Delete(path);
                    continue;
                }

                // A pack that has gone may have had twins of what it held in others, and a segment names one place only.
                if (segment.Covered.All(pack => pack.From <= _covered.GetValueOrDefault(pack.Id, PackHeader.Size)
                    && home.Exists(pack.Id, pack.Kind)))
                {
                    Take(segment);
                    _segments = [segment, .. _segments];
                    continue;
                }

                segment.Dispose();
                Delete(path);
            }
        }
    }

    /// <summary>
    /// Writes what is in memory to a segment when it is more than <paramref name="countMin"/>. One process at a time; where the disk
    /// does not let us, the memory keeps it.
    /// </summary>
    public void Compact(int countMin)
    {
        if (!_compacting.TryEnter()) return;
        try
        {
            CompactAlone(countMin);
        }
        finally
        {
            _compacting.Exit();
        }
    }

    public void Dispose()
    {
        // After a compaction under way, which reads the segments.
        lock (_compacting)
        {
            lock (_lock)
            {
                _isDisposed = true;
                foreach (var segment in _segments) segment.Dispose();
                _segments = [];
            }
        }
    }

    private void CompactAlone(int countMin)
    {
        try
        {
            lock (_lock)
            {
                if (_isDisposed || _places.Count <= countMin) return;
                _compactFrom = Math.Max(MemoryMax, _places.Count) * 2;
            }

            using var only = FileLocks.TryExclusive(Path.Combine(folder.LockFolder, "index"));
            if (only is null) return;
            Write(Freeze());
            lock (_lock) _compactFrom = MemoryMax;
        }
        // The index is a cache: a disk that is full or read-only costs time at the next start and nothing else.
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Thaw();
        }
    }

    private static bool IsBetter(ObjectPlace place, ObjectPlace known)
    {
        if (known.Pack.IsGone || place.Pack.IsCondemned != known.Pack.IsCondemned) return known.Pack.IsGone || known.Pack.IsCondemned;
        return place.Info.StoredBytes < known.Info.StoredBytes;
    }

    /// <summary>Whether this place is the answer; one in a condemned pack is kept for want of a better one.</summary>
    private static bool Takes(ObjectPlace found, ref ObjectPlace place)
    {
        if (found.Pack.IsGone || (found.Pack.IsCondemned && place.Pack is not null)) return false;
        place = found;
        return !found.Pack.IsCondemned;
    }

    private void Take(IndexSegment segment)
    {
        segment.Bind(_packs);
        foreach (var covered in segment.Covered)
        {
            var end = Math.Max(covered.To, _covered.GetValueOrDefault(covered.Id));
            _covered[covered.Id] = end;
            var pack = _packs.Register(covered.Id, covered.Kind);
            pack.Epoch = covered.Epoch;
            pack.SoundEnd = Math.Max(pack.SoundEnd, end);
        }
    }

    /// <summary>Sets the memory aside for writing and says what of each pack it holds.</summary>
    private List<CoveredPack> Freeze()
    {
        lock (_lock)
        {
            (_frozen, _places) = (_places, []);
            // A pack's sound end moves only after its entries were added here: all up to it are in what is set aside, or in segments.
            return [.. _packs.All.Select(pack => new CoveredPack(
                pack.Id, pack.Kind, pack.Epoch, _covered.GetValueOrDefault(pack.Id, PackHeader.Size), pack.SoundEnd))];
        }
    }

    private void Thaw()
    {
        lock (_lock)
        {
            foreach (var (id, place) in _frozen ?? []) _places.TryAdd(id, place);
            _frozen = null;
        }
    }

    private void Write(List<CoveredPack> covered)
    {
        IndexSegment[] merged = _segments.Length + 1 >= SegmentsMax ? _segments : [];
        if (merged.Length > 0) covered = [.. covered.Select(pack => pack with { From = PackHeader.Size })];
        var memory = _frozen!.Select(pair => (Id: pair.Key, Place: pair.Value)).ToArray();
        Array.Sort(memory, (left, right) => Compare(left.Id, right.Id));
        var path = Path.Combine(folder.IndexFolder, NextName());
        SegmentWriter.Write(path, covered, memory, merged);
        var segment = IndexSegment.TryOpen(path);
        Invariant.That(segment is not null);
        lock (_lock)
        {
            Take(segment);
            _segments = [segment, .. _segments.Except(merged)];
            _frozen = null;
            foreach (var old in merged) old.Dispose();
        }

        foreach (var old in merged) Delete(old.Path);
    }

    private static int Compare(Digest left, Digest right)
    {
        Span<byte> leftBytes = stackalloc byte[Digest.Size], rightBytes = stackalloc byte[Digest.Size];
        left.CopyTo(leftBytes);
        right.CopyTo(rightBytes);
        return leftBytes.SequenceCompareTo(rightBytes);
    }

    /// <summary>Names sort by age, over all processes.</summary>
    private string NextName()
    {
        var names = Directory.GetFiles(folder.IndexFolder, "*" + SegmentFormat.Suffix).Select(Path.GetFileNameWithoutExtension);
        var last = names.Max(StringComparer.Ordinal);
        var number = last is not null && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var found) ? found + 1
            : 1;
        return number.ToString("d12", CultureInfo.InvariantCulture) + SegmentFormat.Suffix;
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Mapped by another process on a system that forbids deleting it then, or not ours: it does no harm where it is.
        }
    }
}
