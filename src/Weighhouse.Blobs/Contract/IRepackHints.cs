using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>
/// Who knows which files resemble which: the versions of one file. Each module that keeps such registers one; the repacking asks all of
/// them. A wrong hint costs time and nothing else.
/// </summary>
public interface IRepackHints
{
    /// <summary>
    /// Files with what they were made from, older ones first, so that a base is packed before what leans on it. What belongs to steps that
    /// the memory knows is left out.
    /// </summary>
    IAsyncEnumerable<RepackHint> HintsAsync(IRepackMemory memory, CancellationToken cancellation);
}

/// <summary>Which steps the repacking has been through before.</summary>
public interface IRepackMemory
{
    /// <summary>Whether all hints of this step were dealt with. A few steps may be taken for others: they are repacked never.</summary>
    bool Knows(Digest step);

    /// <summary>Says that a step has no hints, so that it is not gone through again.</summary>
    void Pass(Digest step);
}

/// <summary>A file that may be packed smaller.</summary>
/// <param name="File">What a container of tensors may be in; other files are passed over.</param>
/// <param name="Base">The version before; null when there is none.</param>
/// <param name="Step">What the hint belongs to, for instance a commit: known to the memory when the hints of the next step come.</param>
public readonly record struct RepackHint(Digest File, Digest? Base, Digest Step);

/// <param name="Preview">Pack and count, but write nothing.</param>
/// <param name="BytesPerSecondMax">Content that is gone through in a second; 0 for as fast as it can be.</param>
/// <param name="Threads">How many chunks are packed at once; each takes 4 MiB of memory.</param>
/// <param name="TimeMax">When to stop before a next file, so that a collection gets its turn; the next call goes on there.</param>
public sealed record RepackRequest(bool Preview = false, long BytesPerSecondMax = 0, int Threads = 1, TimeSpan? TimeMax = null);

/// <summary>What the repacking did, or in a preview would.</summary>
/// <param name="Files">Gone through.</param>
/// <param name="ExaminedBytes">Content of the chunks that were tried.</param>
/// <param name="Chunks">Packed anew.</param>
/// <param name="ChunksWithBase">Of those, stored against another one.</param>
/// <param name="BytesBefore">Room those chunks took. The collection frees it once their old forms have gone through the grace.</param>
/// <param name="BytesAfter">Room they take now.</param>
/// <param name="IsComplete">Whether all hints were dealt with; false when the time was over.</param>
public sealed record RepackReport(
    long Files, long ExaminedBytes, long Chunks, long ChunksWithBase, long BytesBefore, long BytesAfter, bool IsComplete);
