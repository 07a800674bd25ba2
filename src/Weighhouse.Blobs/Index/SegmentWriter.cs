using System.Buffers;
using System.Buffers.Binary;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Index;

/// <summary>Writes a segment from sorted sources, one entry at a time.</summary>
internal static class SegmentWriter
{
    private const int BufferEntries = 4096;

    /// <summary>Merged segments hold so many buffers' worth in memory, 7 MB, and not themselves.</summary>
    private const int BuffersBetween = 32;

    /// <summary>The merged entries of memory and segments go to a new file. Equal ids are written once, the first source winning.</summary>
    public static SegmentFilter Write(
        string path, IReadOnlyList<CoveredPack> covered, Dictionary<Digest, ObjectPlace> memory, IReadOnlyList<IndexSegment> merged)
    {
        var filter = new SegmentFilter(memory.Count + merged.Sum(static segment => (long)segment.Count));
        var sorted = ArrayPool<Digest>.Shared.Rent(memory.Count);
        memory.Keys.CopyTo(sorted, 0);
        sorted.AsSpan(0, memory.Count).Sort();
        Write(path, covered, new MemoryEntries(memory, sorted), merged, filter);
        ArrayPool<Digest>.Shared.Return(sorted);
        return filter;
    }

    private static void Write(
        string path, IReadOnlyList<CoveredPack> covered, MemoryEntries memory, IReadOnlyList<IndexSegment> merged, SegmentFilter filter)
    {
        var numbers = covered.Select((pack, number) => (pack.Id, number)).ToDictionary();
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            var fanout = new int[SegmentFormat.FanoutCount + 1];
            file.Position = SegmentFormat.EntriesStart(covered.Count);
            var count = WriteEntries(file, numbers, memory, merged, fanout, filter);
            // From how many are in each bucket to where each begins.
            for (int i = 0, before = 0; i < fanout.Length; i++) (fanout[i], before) = (before, before + fanout[i]);
            file.Position = 0;
            file.Write(Front(covered, count, fanout));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        UnixFiles.SyncFolder(Path.GetDirectoryName(path)!);
    }

    private static int WriteEntries(
        FileStream file,
        Dictionary<PackId, int> numbers,
        MemoryEntries memory,
        IReadOnlyList<IndexSegment> merged,
        int[] fanout,
        SegmentFilter filter)
    {
        var buffer = new byte[BufferEntries * SegmentFormat.EntryBytes];
        var keys = new byte[merged.Count + 1][];
        var positions = new int[merged.Count + 1];
        var (count, filled, buffers) = (0, 0, 0);
        for (var source = 0; source < keys.Length; source++) Load(source);
        while (Smallest(keys) is { } first)
        {
            var id = keys[first]!;
            var place = first == 0 ? memory.PlaceAt(positions[0]) : merged[first - 1].PlaceOf(merged[first - 1].EntryAt(positions[first]));
            if (numbers.TryGetValue(place.Pack.Id, out var pack))
            {
                var target = buffer.AsSpan(filled, SegmentFormat.EntryBytes);
                SegmentFormat.WriteEntry(target, new Digest(id), place.Info, place.OffsetBytes, pack);
                fanout[SegmentFormat.BucketOf(id)]++;
                filter.Add(id);
                count++;
                filled += SegmentFormat.EntryBytes;
            }

            for (var source = keys.Length - 1; source >= 0; source--)
            {
                if (source == first || keys[source] is not { } other || !other.AsSpan().SequenceEqual(id)) continue;
                positions[source]++;
                Load(source);
            }

            positions[first]++;
            Load(first);
            if (filled < buffer.Length) continue;
            file.Write(buffer);
            filled = 0;
            // What is behind will not be read again, and of what is ahead nothing is there yet.
            if (++buffers % BuffersBetween == 0) foreach (var segment in merged) segment.LetPagesGo();
        }

        file.Write(buffer.AsSpan(0, filled));
        return count;

        void Load(int source)
        {
            var at = positions[source];
            if (at >= (source == 0 ? memory.Count : merged[source - 1].Count))
            {
                keys[source] = null!;
                return;
            }

            keys[source] ??= new byte[Digest.Size];
            if (source == 0) memory.IdAt(at).CopyTo(keys[source]);
            else merged[source - 1].EntryAt(at)[..Digest.Size].CopyTo(keys[source]);
        }
    }

    private static int? Smallest(byte[]?[] keys)
    {
        int? smallest = null;
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] is { } key && (smallest is not { } best || key.AsSpan().SequenceCompareTo(keys[best]) < 0)) smallest = i;
        }

        return smallest;
    }

    private static byte[] Front(IReadOnlyList<CoveredPack> covered, int count, int[] fanout)
    {
        var front = new byte[SegmentFormat.EntriesStart(covered.Count)];
        SegmentFormat.Magic.CopyTo(front);
        BinaryPrimitives.WriteInt32LittleEndian(front.AsSpan(8), count);
        BinaryPrimitives.WriteInt32LittleEndian(front.AsSpan(12), covered.Count);
        var at = SegmentFormat.HeaderBytes;
        foreach (var pack in covered)
        {
            pack.CopyTo(front.AsSpan(at));
            at += CoveredPack.Size;
        }

        foreach (var start in fanout)
        {
            BinaryPrimitives.WriteInt32LittleEndian(front.AsSpan(at), start);
            at += sizeof(int);
        }

        Blake3.HashOf(front.AsSpan(0, at)).CopyTo(front.AsSpan(at));
        return front;
    }

    /// <summary>What is in memory, in order. Only the ids are sorted: the places are three times as large.</summary>
    private readonly struct MemoryEntries(Dictionary<Digest, ObjectPlace> places, Digest[] sorted)
    {
        public int Count => places.Count;

        public Digest IdAt(int at) => sorted[at];

        public ObjectPlace PlaceAt(int at) => places[sorted[at]];
    }
}
