using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>What keeps a store small and sound.</summary>
public interface IStoreCare
{
    /// <summary>
    /// One step of the collection, as far as it can go now: finds what nothing names and condemns the packs that hold much of it; or,
    /// when packs are condemned and the grace is over, copies what lives in them and deletes them. Writers go on meanwhile. Conflict
    /// when another process collects.
    /// </summary>
    ValueTask<Result<CollectionReport>> CollectAsync(
        IEnumerable<ILiveObjects> roots, CollectionRequest request, CancellationToken cancellation);

    /// <summary>
    /// Takes the sentence back: what is condemned and not yet deleted stays. FailedPrecondition when nothing is condemned.
    /// </summary>
    Result<Done> UndoCollection();

    /// <summary>
    /// Writes chunks of tensors once more where a smaller form is found: against the version before that the hints name, or by planes.
    /// The room comes back with the collection. Writers and readers go on meanwhile. Conflict when another process collects or repacks;
    /// StorageFull and Unavailable leave what was made durable by then.
    /// </summary>
    /// <param name="progress">Told from time to time, from any thread; null when nobody wants to know.</param>
    ValueTask<Result<RepackReport>> RepackAsync(
        IEnumerable<IRepackHints> hints, RepackRequest request, Action<RepackReport>? progress, CancellationToken cancellation);

    /// <summary>Looks for damage.</summary>
    ValueTask<CheckReport> CheckAsync(CheckDepth depth, CancellationToken cancellation);

    /// <summary>
    /// Condemns the packs that are damaged: what a session adds from now on is stored again where its only copy is in one of them, and
    /// later steps of the collection copy all that is sound out of them and delete them. How many packs those are.
    /// </summary>
    Result<int> Quarantine(IReadOnlyCollection<Damage> damages);

    /// <summary>What the folder holds. Unavailable when the disk does not say.</summary>
    Result<StoreFacts> Facts();

    /// <summary>
    /// Follows every owner to all it names and adds up the room; <see cref="Facts"/> tells it from then on. Takes as long as the marking
    /// of a collection, and longer where owners share much, for each is followed by itself.
    /// </summary>
    ValueTask<Result<StoreUsage>> MeasureAsync(IEnumerable<ILiveObjects> roots, CancellationToken cancellation);
}

/// <param name="Grace">How long condemned packs stay before they are deleted: what was added just before may not be named yet.</param>
/// <param name="LiveShareMin">A pack is condemned when less than this share of its bytes lives. 1 condemns for the least dead byte.</param>
/// <param name="Preview">Only count.</param>
public sealed record CollectionRequest(TimeSpan Grace, double LiveShareMin = 0.6, bool Preview = false);

public enum CollectionPhase
{
    /// <summary>There is nothing worth taking.</summary>
    Clean,

    /// <summary>Packs were condemned (or would be); call again after <see cref="CollectionReport.DeletableAt"/>.</summary>
    Condemned,

    /// <summary>Packs are condemned, and the grace is not over or a session from before still writes.</summary>
    Waiting,

    /// <summary>Condemned packs were deleted (or would be).</summary>
    Deleted,
}

/// <param name="LiveBytes">Room that what is named takes on disk.</param>
/// <param name="DeadBytes">Room that the rest takes.</param>
/// <param name="Packs">Condemned or deleted in this step.</param>
/// <param name="FreedBytes">Room gained by the deletion: what was deleted less what was copied out of it.</param>
/// <param name="SmallPacks">How many of those condemned are so because they are small: they become one.</param>
/// <param name="DeletableAt">When the condemned packs may go; unknown while a session from before the sentence writes.</param>
public sealed record CollectionReport(
    CollectionPhase Phase,
    long LiveObjects,
    long LiveBytes,
    long DeadObjects,
    long DeadBytes,
    int Packs = 0,
    long FreedBytes = 0,
    DateTimeOffset? DeletableAt = null,
    int SmallPacks = 0);

public enum CheckDepth
{
    /// <summary>Tables of packs are sound, and every chunk that a recipe names is there. Reads no data.</summary>
    Presence,

    /// <summary>Also every object is read and held against its id.</summary>
    Data,
}

public enum DamageKind
{
    /// <summary>The table of a section cannot be read: its objects cannot be found.</summary>
    Table,

    /// <summary>The bytes of an object are not those its id names.</summary>
    Object,

    /// <summary>A recipe names a chunk that is nowhere.</summary>
    MissingChunk,

    /// <summary>An object is stored as its difference from another one that is damaged or nowhere, and cannot be read without.</summary>
    BrokenBase,
}

/// <param name="Pack">The file, within the store's folder.</param>
/// <param name="OffsetBytes">In the pack; of a damaged table, where the pack's last readable table ends.</param>
/// <param name="Id">The damaged object; the recipe, for a chunk that is missing; null for a table.</param>
/// <param name="Missing">The chunk that is missing, or the base that is broken.</param>
public sealed record Damage(DamageKind Kind, string Pack, long OffsetBytes, Digest? Id = null, Digest? Missing = null);

/// <param name="Damages">The first thousand.</param>
public sealed record CheckReport(long Objects, long Bytes, long DamageCount, IReadOnlyList<Damage> Damages);
