using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// What must have happened before the first request: the data directory is this process's own, the database is open and its
/// schema is up to date. The host awaits it before it listens; a hosted service registered by AddData does so too.
/// </summary>
public interface IDatabaseStartup
{
    /// <summary>Does it once; later calls return the same outcome.</summary>
    Task<Result<Done>> PrepareAsync(CancellationToken cancellation);
}
