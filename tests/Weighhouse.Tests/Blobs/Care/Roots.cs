using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Care;

/// <summary>What a test wants to keep.</summary>
internal sealed class Roots(params Digest[] ids) : ILiveObjects
{
    public HashSet<Digest> Ids { get; } = [.. ids];

    public ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
    {
        foreach (var id in Ids)
        {
            marks.AddFile(id);
            marks.AddNode(id);
        }

        return ValueTask.CompletedTask;
    }
}
