using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Index;

/// <summary>
/// The segments of one moment, whose entries are numbered through: a bit or a few bytes for each object can be kept in an array. An id
/// that several segments hold has the number of the newest.
/// </summary>
internal sealed class IndexView(IndexSegment[] segments) : IDisposable
{
    private readonly int[] _before = Before(segments);

    /// <summary>Numbers are below this.</summary>
    public int Count { get; } = segments.Sum(segment => segment.Count);

    /// <summary>The number of an id; below zero when no segment has it.</summary>
    public int Find(Digest id, out ObjectPlace place)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        id.CopyTo(bytes);
        for (var i = 0; i < segments.Length; i++)
        {
            var number = segments[i].NumberOf(bytes);
            if (number < 0) continue;
            place = segments[i].PlaceOf(segments[i].EntryAt(number));
            return _before[i] + number;
        }

        place = default;
        return -1;
    }

    public void Dispose()
    {
        foreach (var segment in segments) segment.Dispose();
    }

    private static int[] Before(IndexSegment[] segments)
    {
        var before = new int[segments.Length];
        for (var i = 1; i < before.Length; i++) before[i] = checked(before[i - 1] + segments[i - 1].Count);
        return before;
    }
}
