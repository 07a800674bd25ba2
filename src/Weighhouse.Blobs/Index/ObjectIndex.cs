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

    /// <summary>Entries in memory at which a process that goes on writes them to a segment: 12 MB, and as much while it writes.</summary>
    private const int MemoryMax = 120_000;

    /// <summary>From here segments of like sizes become one: each is asked for what is not there.</summary>
    private const int SegmentsMax = 4;

    /// <summary>
    /// A segment that has more than so many times the entries of all that are newer stays as it is: else a million objects would be
    /// written again for each hundred thousand that come.
    /// </summary>
    private const int SizeRatioMax = 2;

    private readonly PackSet _packs = new(folder, home);
    private readonly Lock _lock = new(), _compacting = new();
    private readonly Dictionary<PackId, long> _covered = [];
    private Dictionary<Digest, ObjectPlace> _places = [];
    private Dictionary<Digest, ObjectPlace>? _frozen;

    /// <summary>
    /// The table that was written out last, emptied: to let one of megabytes grow anew each time would leave as much garbage.
    /// </summary>
    private Dictionary<Digest, ObjectPlace>? _spare;
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
    public void Add(PackFile pack, IEnumerable<PackEntry> entries)
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
    private bool TakeUp(PackFile pack, IEnumerable<PackEntry> entries)
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

    /// <summary>After packs were deleted: writes the segments that name them anew, without them.</summary>
    public void Tidy()
    {
        lock (_compacting)
        {
            bool isBehind;
            lock (_lock) isBehind = Array.Exists(_segments, HasGone);
            if (isBehind) CompactAlone(-1, tidies: true);
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

    private void CompactAlone(int countMin, bool tidies = false)
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
            var covered = Freeze();
            // Asked after the packs that stay were listed: one that goes later is among them.
            if (_packs.HasUnsettled)
            {
                Thaw();
                return;
            }

            Write(covered, tidies);
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
            (_frozen, _places, _spare) = (_places, _spare ?? [], null);
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

    private void Write(List<CoveredPack> covered, bool tidies)
    {
        var merged = _segments[..MergedCount(_frozen!.Count, tidies)];
        var starts = merged.SelectMany(static segment => segment.Covered).GroupBy(static pack => pack.Id)
            .ToDictionary(static pack => pack.Key, static pack => pack.Min(static part => part.From));
        covered = [.. covered.Select(pack => starts.TryGetValue(pack.Id, out var from) ? pack with { From = from } : pack)];
        var path = Path.Combine(folder.IndexFolder, NextName());
        var filter = SegmentWriter.Write(path, covered, _frozen, merged);
        var segment = IndexSegment.TryOpen(path, filter);
        Invariant.That(segment is not null);
        lock (_lock)
        {
            Take(segment);
            _segments = [segment, .. _segments[merged.Length..]];
            if (_frozen.Count is >= MemoryMax and <= MemoryMax * 2) _spare = _frozen;
            _frozen = null;
            foreach (var old in merged) old.Dispose();
        }

        _spare?.Clear();
        foreach (var old in merged) Delete(old.Path);
    }

    /// <summary>
    /// How many of the newest segments become one with what was in memory: those of like sizes once there are many, or, where that was
    /// asked for, all up to one that names packs that have gone, which nobody who opens the store could use.
    /// </summary>
    private int MergedCount(int memoryCount, bool tidies)
    {
        if (tidies) return Array.FindLastIndex(_segments, HasGone) + 1;
        // What is merged stays mapped for who holds a view of it, as a collection does, beside what it was merged into.
        var viewed = Array.FindIndex(_segments, static segment => segment.IsViewed);
        var free = viewed < 0 ? _segments.Length : viewed;
        if (free + 1 < SegmentsMax) return 0;
        var merged = 0;
        long newer = memoryCount;
        for (; merged < free && _segments[merged].Count <= newer * SizeRatioMax; merged++) newer += _segments[merged].Count;
        return merged;
    }

    private bool HasGone(IndexSegment segment) => segment.Covered.Any(pack => _packs.Find(pack.Id) is not { IsGone: false });

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
