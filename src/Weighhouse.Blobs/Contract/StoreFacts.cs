namespace Weighhouse.Blobs;

/// <summary>What the folder of a store holds, told without reading a pack.</summary>
/// <param name="Folder">Where the packs lie.</param>
/// <param name="Objects">Entries of the index.</param>
/// <param name="IndexBytes">The index on disk, which is a cache.</param>
/// <param name="FreeBytes">What the disk of the index has left; where packs lie in a folder, it is theirs too.</param>
/// <param name="Condemned">Packs that a collection is about to delete.</param>
/// <param name="LastCollection">The last step that this process or one before has taken; null when there was none.</param>
/// <param name="Usage">Who takes how much room, as of the last time somebody measured; null when nobody has.</param>
public sealed record StoreFacts(
    string Folder,
    long Objects,
    PackTotals Data,
    PackTotals Meta,
    long IndexBytes,
    long FreeBytes,
    CondemnedTotals Condemned,
    CollectionStep? LastCollection,
    StoreUsage? Usage);

/// <summary>Some packs and the room they take on disk.</summary>
public readonly record struct PackTotals(int Packs, long Bytes);

/// <param name="QuietAt">Since when no session from before the sentence writes: the grace is counted from here.</param>
public readonly record struct CondemnedTotals(int Packs, long Bytes, DateTimeOffset? QuietAt);

/// <summary>A step of the collection and when it was taken.</summary>
public sealed record CollectionStep(DateTimeOffset At, CollectionReport Report);

/// <summary>Who takes how much room.</summary>
/// <param name="LiveBytes">Room that what somebody names takes on disk; each object once.</param>
/// <param name="SharedBytes">How much of it several owners name.</param>
/// <param name="DeadBytes">Room that the rest takes: what nothing names, and what lies in two packs.</param>
/// <param name="Owners">Those who keep anything.</param>
public sealed record StoreUsage(
    DateTimeOffset At, long LiveObjects, long LiveBytes, long SharedBytes, long DeadBytes, IReadOnlyList<OwnerUsage> Owners);

/// <param name="LiveBytes">Room that what the owner names takes.</param>
/// <param name="OwnBytes">How much of it no other owner names: what would be gained without this one.</param>
public sealed record OwnerUsage(LiveOwner Owner, long LiveObjects, long LiveBytes, long OwnBytes);
