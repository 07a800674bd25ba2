using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>Objects on their way to disk that one trailer will seal.</summary>
internal sealed class Section(OpenPack pack, long start)
{
    private readonly HashSet<Digest> _ids = [];

    public OpenPack Pack { get; } = pack;

    public long Start { get; } = start;

    /// <summary>Where the pack ends for readers once this is durable.</summary>
    public long End { get; set; }

    public List<PackEntry> Entries { get; } = [];

    /// <summary>Those who wait until it is durable, if any; shared by all of them.</summary>
    public TaskCompletionSource<Result<Done>>? Waiters { get; private set; }

    public bool Holds(Digest id) => _ids.Contains(id);

    public void Add(PackEntry entry)
    {
        _ids.Add(entry.Id);
        Entries.Add(entry);
    }

    public Task<Result<Done>> Wait() =>
        (Waiters ??= new TaskCompletionSource<Result<Done>>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
