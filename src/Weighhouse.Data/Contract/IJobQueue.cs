using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// Durable work: enqueued in the same transaction as the fact that calls for it, run by any replica under a lease, at least
/// once, with back-off, then kept as failed for people to see.
/// </summary>
public interface IJobQueue
{
    /// <param name="uniqueKey">While a job of this kind with this key waits, another is not added; null for no such limit.</param>
    /// <returns>The job's number; that of the waiting job when one with the same key waits already.</returns>
    ValueTask<long> EnqueueAsync(DbSession session, string kind, string payload, string? uniqueKey = null, DateTimeOffset? notBefore = null);
}

/// <summary>Runs jobs of one kind. Registered as a service; must bear running twice.</summary>
public interface IJobHandler
{
    string Kind { get; }

    /// <summary>Longest run before the lease is renewed no more and another replica may take over.</summary>
    TimeSpan TimeLimit { get; }

    ValueTask<Result<Done>> RunAsync(string payload, CancellationToken cancellation);
}
