using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Envelopes;

/// <summary>One series along one axis, within one snapshot: load, ask for its extent, fold at the level chosen for all.</summary>
internal interface IEnvelopeSource : IDisposable
{
    ValueTask<Error?> LoadAsync(DbSession session, long? from, long? to);

    /// <summary>The first and last x of what was loaded, which may reach beyond the range asked for; null when there is nothing.</summary>
    (long First, long Last)? Extent { get; }

    ValueTask<Error?> FoldAsync(DbSession session, EnvelopeGrid grid, EnvelopeScratch scratch);
}

/// <summary>A series nobody ever logged.</summary>
internal sealed class EmptySource : IEnvelopeSource
{
    public (long First, long Last)? Extent => null;

    public ValueTask<Error?> LoadAsync(DbSession session, long? from, long? to) => default;

    public ValueTask<Error?> FoldAsync(DbSession session, EnvelopeGrid grid, EnvelopeScratch scratch) => default;

    public void Dispose()
    {
    }
}
