using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>
/// What a module wants to keep. Each module that names objects registers one; the collection asks all of them. Files stand for their
/// chunks; trees and commits stand only for themselves, so their owner names everything below them.
/// </summary>
public interface ILiveObjects
{
    /// <summary>
    /// Names everything to keep, in any order, twice if that is simpler. A failure must throw: an incomplete answer would delete what is
    /// live.
    /// </summary>
    ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation);

    /// <summary>
    /// Asked by a collection before it asks for names. Whoever charges people for room returns what to tell when everybody has named what
    /// they keep, before anything is taken; null when nobody wants to know.
    /// </summary>
    ValueTask<KeptBytesTold?> BeginCountAsync(CancellationToken cancellation) => ValueTask.FromResult<KeptBytesTold?>(null);
}

/// <summary>
/// Told how much of files each owner keeps, in bytes before packing: every chunk once, for the owner that was first to name it.
/// </summary>
/// <param name="keptBytes">Of every owner that was begun, also of one that named nothing new.</param>
public delegate ValueTask KeptBytesTold(IReadOnlyDictionary<LiveOwner, long> keptBytes, CancellationToken cancellation);

/// <summary>Takes the names of what lives. Not thread-safe.</summary>
public interface ILiveMarks
{
    /// <summary>Says whose the objects are that are named from now on.</summary>
    void Begin(LiveOwner owner);

    /// <summary>Names a file: its chunks live with it. Not there, or no file: the check's business, nothing happens.</summary>
    void AddFile(Digest id);

    /// <summary>
    /// Names a tree or a commit. False when it need not be read: it was named before, and what lies below it was or will be. True as well
    /// when it is not there, so that whoever reads it notices.
    /// </summary>
    bool AddNode(Digest id);
}

/// <summary>Who keeps objects, as people know it.</summary>
/// <param name="Kind">A word such as <c>repository</c>.</param>
/// <param name="Name">Which of them; empty where there is one.</param>
public readonly record struct LiveOwner(string Kind, string Name);
