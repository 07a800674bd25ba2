using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Care;

/// <summary>What a test wants to keep.</summary>
internal sealed class Roots(params Digest[] ids) : ILiveObjects
{
    public HashSet<Digest> Ids { get; } = [.. ids];

    public async IAsyncEnumerable<Digest> LiveAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (var id in Ids) yield return id;
    }
}
