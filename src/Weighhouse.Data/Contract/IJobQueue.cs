using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// Durable work: enqueued in the same transaction as the fact that calls for it, run by any replica under a lease, at least
/// once, with back-off, then kept as failed for people to see. Jobs of one kind and unique key run one after the other.
/// </summary>
public interface IJobQueue
{
    /// <param name="uniqueKey">While a job of this kind with this key waits, another is not added; null for no such limit.</param>
    /// <returns>The job's number; that of the waiting job when one with the same key waits already.</returns>
    ValueTask<long> EnqueueAsync(
        DbSession session, string kind, string payload, string? uniqueKey = null, DateTimeOffset? notBefore = null);

    /// <summary>The jobs that failed in every attempt, the latest first.</summary>
    ValueTask<List<FailedJob>> ListFailedAsync(int limit, CancellationToken cancellation);

    /// <summary>Lets a failed job run again from its first attempt.</summary>
    ValueTask<Result<Done>> RetryAsync(long id, CancellationToken cancellation);
}

/// <summary>A job that is not tried any more, and what its last attempt said.</summary>
public sealed record FailedJob(
    long Id, string Kind, string Payload, long Attempts, DateTimeOffset Enqueued, DateTimeOffset Failed, string? Reason);

/// <summary>Runs jobs of one kind. Registered as a service; must bear running twice.</summary>
public interface IJobHandler
{
    string Kind { get; }

    /// <summary>Longest run before the lease is renewed no more and another replica may take over.</summary>
    TimeSpan TimeLimit { get; }

    /// <summary>So many of its jobs run in one process at the same time: a kind that waits for others leaves room for the rest.</summary>
    /// <value>No limit but that of all kinds together.</value>
    int RunsAtOnceMax => int.MaxValue;

    ValueTask<Result<Done>> RunAsync(string payload, CancellationToken cancellation);
}
