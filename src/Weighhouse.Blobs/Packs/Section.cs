using System.Buffers;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>
/// Objects on their way to disk that one trailer will seal. Kept as the lines of the footer, in memory that other sections had before:
/// those of 65,536 small objects are 3 MiB, and as many more by way of growing to it.
/// </summary>
internal sealed class Section(OpenPack pack, long start) : IDisposable
{
    private const int FirstLines = 64;

    /// <summary>Sets are handed on that are worth it, of 3 MiB at most: one for data and one for meta.</summary>
    private const int HandedOnMin = 4096, HandedOnMax = 2;

    private static readonly Stack<HashSet<Digest>> HandedOn = new();

    private readonly HashSet<Digest> _ids = TakeSet();
    private byte[] _lines = ArrayPool<byte>.Shared.Rent(FirstLines * PackEntry.Size);

    public OpenPack Pack { get; } = pack;

    public long Start { get; } = start;

    /// <summary>Where the pack ends for readers once this is durable.</summary>
    public long End { get; set; }

    public int EntryCount => _ids.Count;

    public int LineCount { get; private set; }

    /// <summary>The footer so far.</summary>
    public ReadOnlySpan<byte> Lines => _lines.AsSpan(0, LineCount * PackEntry.Size);

    /// <summary>Those who wait until it is durable, if any; shared by all of them.</summary>
    public TaskCompletionSource<Result<Done>>? Waiters { get; private set; }

    public bool Holds(Digest id) => _ids.Contains(id);

    public void Add(PackEntry entry)
    {
        _ids.Add(entry.Id);
        var (from, to) = (LineCount * PackEntry.Size, (LineCount + entry.LineCount) * PackEntry.Size);
        if (to > _lines.Length) Grow(to);
        entry.CopyTo(_lines.AsSpan(from));
        LineCount += entry.LineCount;
    }

    /// <summary>What was added, in that order; not the bases, which no index holds.</summary>
    public IEnumerable<PackEntry> Entries()
    {
        for (var line = 0; line < LineCount; line++)
        {
            var bytes = _lines.AsSpan(line * PackEntry.Size, PackEntry.Size);
            if (PackEntry.BaseIn(bytes) is null) yield return PackEntry.Read(bytes);
        }
    }

    public Task<Result<Done>> Wait() =>
        (Waiters ??= new TaskCompletionSource<Result<Done>>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Hands its memory on. Nobody asks it anything afterwards.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_lines);
        _lines = [];
        LineCount = 0;
        if (_ids.Count < HandedOnMin) return;
        _ids.Clear();
        lock (HandedOn)
            if (HandedOn.Count < HandedOnMax) HandedOn.Push(_ids);
    }

    private static HashSet<Digest> TakeSet()
    {
        lock (HandedOn) return HandedOn.TryPop(out var set) ? set : [];
    }

    private void Grow(int bytesMin)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytesMin, _lines.Length * 2));
        Lines.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_lines);
        _lines = larger;
    }
}
