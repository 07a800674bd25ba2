using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>The side of the job table that modules and people see.</summary>
internal sealed class JobQueue(IDatabase database, JobSignal signal) : IJobQueue
{
    private static readonly SqlText Enqueue = DataModule.Sql["EnqueueJob"];
    private static readonly SqlText ListFailed = DataModule.Sql["ListFailedJobs"];
    private static readonly SqlText RetryFailed = DataModule.Sql["RetryFailedJob"];

    public async ValueTask<long> EnqueueAsync(
        DbSession session, string kind, string payload, string? uniqueKey = null, DateTimeOffset? notBefore = null)
    {
        var id = await session.Prepare(Enqueue)
            .Bind("kind", kind)
            .Bind("payload", payload)
            .Bind("unique_key", uniqueKey)
            .Bind("due_ms", notBefore?.ToUnixTimeMilliseconds())
            .LongAsync();
        session.AfterCommit(signal.Set);
        return id!.Value;
    }

    public ValueTask<List<FailedJob>> ListFailedAsync(int limit, CancellationToken cancellation) => database.ReadAsync(
        session => session.Prepare(ListFailed).Bind("limit", limit).ListAsync(static row => new FailedJob(
            row.Long(0),
            row.Text(1),
            row.Text(2),
            row.Long(3),
            DateTimeOffset.FromUnixTimeMilliseconds(row.Long(4)),
            DateTimeOffset.FromUnixTimeMilliseconds(row.Long(5)),
            row.TextOrNull(6))),
        cancellation);

    public ValueTask<Result<Done>> RetryAsync(long id, CancellationToken cancellation) => database.WriteAsync<Done>(
        async session =>
        {
            if (await session.Prepare(RetryFailed).Bind("id", id).ExecuteAsync() == 0)
                return Error.NotFound($"There is no failed job {id}, or another with its key waits already.");
            session.AfterCommit(signal.Set);
            return Done.Value;
        },
        cancellation);
}
