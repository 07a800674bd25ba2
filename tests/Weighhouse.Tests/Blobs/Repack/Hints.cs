using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Repack;

/// <summary>What a test says resembles what; each hint is a step of its own.</summary>
internal sealed class Hints : IRepackHints
{
    public List<(Digest File, Digest? Base)> Pairs { get; } = [];

    /// <summary>How many were asked for.</summary>
    public int Given { get; private set; }

    public void Add(BlobInfo file, BlobInfo? before = null) => Pairs.Add((file.Id, before?.Id));

    public async IAsyncEnumerable<RepackHint> HintsAsync(
        IRepackMemory memory, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (var (file, before) in Pairs)
        {
            if (memory.Knows(file)) continue;
            Given++;
            yield return new RepackHint(file, before, file);
        }
    }
}
