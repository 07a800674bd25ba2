using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>What artifacts and uploads under way name: it must stay.</summary>
internal sealed class NamedContent(IDatabase database) : ILiveObjects
{
    private static readonly SqlText ListLiveBlobs = TrackingSql.Catalog["ListLiveBlobs"];

    public async ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
    {
        marks.Begin(new LiveOwner("artifacts", ""));
        // Read whole before the first is handed on: 32 bytes each, and the database is not held while the collection works.
        var live = await database.ReadAsync(
            session => session.Prepare(ListLiveBlobs).ListAsync(row => new Digest(row.Bytes(0))), cancellation);
        foreach (var id in live) marks.AddFile(id);
    }
}
