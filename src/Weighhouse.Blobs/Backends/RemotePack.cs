using Weighhouse.Blobs.Packs;

namespace Weighhouse.Blobs.Backends;

/// <summary>What this replica knows of a pack in the bucket, and which of its bytes lie in the pack's file here.</summary>
internal sealed class RemotePack(PackId id, PackKind kind)
{
    /// <summary>
    /// What is fetched at once: a request takes the time of some megabytes, and the reader of a file wants the neighbours too.
    /// </summary>
    public const int BlockBytes = 1 << 20;

    private readonly Dictionary<int, int> _near = [];
    private readonly Dictionary<int, Task> _coming = [];
    private readonly HashSet<string> _lost = [];

    public PackId Id { get; } = id;

    public PackKind Kind { get; } = kind;

    public Lock Lock { get; } = new();

    public int Epoch { get; set; }

    public long EndBytes { get; set; }

    public bool IsDeleted { get; set; }

    public IReadOnlyList<LedgerExtent> Extents { get; set; } = [];

    /// <summary>This process has written the pack up to here: its file has all of that.</summary>
    public long WrittenBytes { get; set; }

    /// <summary>Whether this process appends to it.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Readers that are using the file now.</summary>
    public int Holders { get; set; }

    /// <summary>When it was last used, in ticks of the cache.</summary>
    public long UsedAt { get; set; }

    /// <summary>Room that its file takes here.</summary>
    public long NearBytes => WrittenBytes + _near.Values.Sum(bytes => (long)bytes);

    /// <summary>Whether the range lies in the file, and if not, what is on its way and which blocks are neither.</summary>
    public bool IsNear(long offset, int length, out List<Task> coming, out List<int> missing)
    {
        (coming, missing) = ([], []);
        if (offset + length <= WrittenBytes) return true;
        for (var block = BlockOf(offset); block <= BlockOf(offset + Math.Max(0, length - 1)); block++)
        {
            var needed = (int)Math.Min(BlockBytes, offset + length - (long)block * BlockBytes);
            if (_near.GetValueOrDefault(block) >= needed) continue;
            if (_coming.TryGetValue(block, out var task)) coming.Add(task);
            else missing.Add(block);
        }

        return coming.Count == 0 && missing.Count == 0;
    }

    public void Expect(int first, int count, Task task)
    {
        for (var block = first; block < first + count; block++) _coming[block] = task;
    }

    /// <summary>The fetch of these blocks has ended; with how many bytes of the last, or in failure.</summary>
    public void Arrived(int first, int count, long endBytes)
    {
        for (var block = first; block < first + count; block++)
        {
            _coming.Remove(block);
            var bytes = (int)Math.Clamp(endBytes - (long)block * BlockBytes, 0, BlockBytes);
            if (bytes > _near.GetValueOrDefault(block)) _near[block] = bytes;
        }
    }

    /// <summary>
    /// Whether the ledger counts an object that the bucket does not have: zeros stand for it, which no check takes for sound.
    /// </summary>
    public bool IsLost(string key)
    {
        lock (Lock) return _lost.Contains(key);
    }

    public void Lose(string key)
    {
        lock (Lock) _lost.Add(key);
    }

    public void ForgetNear()
    {
        _near.Clear();
        // It may have been put back since.
        _lost.Clear();
        WrittenBytes = 0;
    }

    private static int BlockOf(long offset) => (int)(offset / BlockBytes);
}
