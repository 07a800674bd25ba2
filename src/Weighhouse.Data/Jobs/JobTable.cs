using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>A job in the hands of a runner. The fence tells its lease from any other.</summary>
internal sealed record ClaimedJob(long Id, string Kind, string Payload, long Attempt, long Fence);

/// <summary>The side of the job table that the runner works on. Every change names the fence: a lost lease changes nothing.</summary>
internal sealed class JobTable(IDatabase database, DatabaseOptions options)
{
    private static readonly SqlText AnyDue = DataModule.Sql["AnyJobDue"];
    private static readonly SqlText ClaimLost = DataModule.Sql["ClaimLostJobs"];
    private static readonly SqlText ClaimDue = DataModule.Sql["ClaimDueJobs"];
    private static readonly SqlText FailLost = DataModule.Sql["FailLostJobs"];
    private static readonly SqlText Renew = DataModule.Sql["RenewJob"];
    private static readonly SqlText Finish = DataModule.Sql["FinishJob"];
    private static readonly SqlText Delay = DataModule.Sql["DelayJob"];
    private static readonly SqlText Fail = DataModule.Sql["FailJob"];
    private static readonly SqlText PruneFailed = DataModule.Sql["PruneFailedJobs"];

    /// <summary>Longest reason kept, in characters: enough for a message, too little for a page of stack.</summary>
    private const int ReasonLengthMax = 2_000;

    /// <summary>A cheap look, so that an idle server writes nothing.</summary>
    public async ValueTask<bool> IsAnyDueAsync(CancellationToken cancellation) =>
        await database.ReadAsync(static session => session.Prepare(AnyDue).LongAsync(), cancellation) is not null;

    public async ValueTask<Result<List<ClaimedJob>>> ClaimAsync(IEnumerable<string> kinds, int limit, CancellationToken cancellation)
    {
        var list = JsonSerializer.Serialize(kinds);
        return await database.WriteAsync<List<ClaimedJob>>(
            async session =>
            {
                await session.Prepare(FailLost).Bind("attempts_max", options.JobAttemptsMax).ExecuteAsync();
                var claimed = await session.Prepare(ClaimLost)
                    .Bind("lease_ms", options.JobLeaseMs)
                    .Bind("attempts_max", options.JobAttemptsMax)
                    .Bind("kinds", list)
                    .Bind("limit", limit)
                    .ListAsync(ReadClaimed);
                if (claimed.Count == limit) return claimed;
                claimed.AddRange(await session.Prepare(ClaimDue)
                    .Bind("lease_ms", options.JobLeaseMs)
                    .Bind("kinds", list)
                    .Bind("limit", limit - claimed.Count)
                    .ListAsync(ReadClaimed));
                return claimed;
            },
            cancellation);
    }

    /// <summary>Those of the jobs whose lease is lost.</summary>
    public ValueTask<Result<List<ClaimedJob>>> RenewAsync(IReadOnlyCollection<ClaimedJob> jobs, CancellationToken cancellation) =>
        database.WriteAsync<List<ClaimedJob>>(
            async session =>
            {
                var lost = new List<ClaimedJob>();
                foreach (var job in jobs)
                    if (await BindJob(session.Prepare(Renew), job).Bind("lease_ms", options.JobLeaseMs).ExecuteAsync() == 0) lost.Add(job);
                return lost;
            },
            cancellation);

    public ValueTask<Result<Done>> FinishAsync(ClaimedJob job) => database.WriteAsync<Done>(
        async session =>
        {
            await BindJob(session.Prepare(Finish), job).ExecuteAsync();
            return Done.Value;
        },
        CancellationToken.None);

    /// <summary>Puts the job back to wait; where a twin waits already, that one does the work and this one goes.</summary>
    public ValueTask<Result<Done>> DelayAsync(ClaimedJob job, long attempts, int delayMs, string? reason) => database.WriteAsync<Done>(
        async session =>
        {
            var delayed = await BindJob(session.Prepare(Delay), job)
                .Bind("attempts", attempts)
                .Bind("delay_ms", delayMs)
                .Bind("error", Shorten(reason))
                .ExecuteAsync();
            if (delayed == 0) await BindJob(session.Prepare(Finish), job).ExecuteAsync();
            return Done.Value;
        },
        CancellationToken.None);

    public ValueTask<Result<Done>> FailAsync(ClaimedJob job, string reason) => database.WriteAsync<Done>(
        async session =>
        {
            await BindJob(session.Prepare(Fail), job).Bind("error", Shorten(reason)).ExecuteAsync();
            await session.Prepare(PruneFailed).Bind("kept", options.JobsFailedKeptMax).ExecuteAsync();
            return Done.Value;
        },
        CancellationToken.None);

    private static DbStatement BindJob(DbStatement statement, ClaimedJob job) => statement.Bind("id", job.Id).Bind("fence", job.Fence);

    private static ClaimedJob ReadClaimed(DbRow row) => new(row.Long(0), row.Text(1), row.Text(2), row.Long(3), row.Long(4));

    private static string? Shorten(string? reason) =>
        reason is null || reason.Length <= ReasonLengthMax ? reason : string.Concat(reason.AsSpan(0, ReasonLengthMax - 1), "…");
}
