using System.Globalization;
using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Notices.Hooks;

namespace Weighhouse.Notices.Deliveries;

/// <summary>
/// Delivers what is due of one hook, one after another. It runs alone for its hook, on whichever replica; a slow receiver delays no other
/// hook. Between a receiver's answer and our keeping it the process may die: it is then told again, by the same id.
/// </summary>
internal sealed class DeliveryJob(
    IDatabase database, IJobQueue jobs, Sender sender, NoticesOptions options, TimeProvider time, IdGenerator chance,
    ILogger<DeliveryJob> log) : IJobHandler
{
    public const string JobKind = "notices.deliver";

    /// <summary>Up to a fifth later than it could be, so that what failed together does not come again together.</summary>
    private const int ScatterPercent = 20;

    public string Kind => JobKind;

    /// <summary>Receivers that hang leave half of a server's four jobs to everything else.</summary>
    public int RunsAtOnceMax => 2;

    public TimeSpan TimeLimit => options.DeliveringTimeMax + TimeSpan.FromMinutes(1);

    public static async ValueTask EnqueueAsync(DbSession session, IJobQueue jobs, long hook, DateTimeOffset? notBefore)
    {
        var number = hook.ToString(CultureInfo.InvariantCulture);
        await jobs.EnqueueAsync(session, JobKind, number, number, notBefore);
    }

    public async ValueTask<Result<Done>> RunAsync(string payload, CancellationToken cancellation)
    {
        var number = long.Parse(payload, CultureInfo.InvariantCulture);
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < options.DeliveringTimeMax)
        {
            var (hook, due) = await database.ReadAsync(
                async session => (await HookStore.FindAsync(session, number), await DeliveryStore.FindDueAsync(session, number)),
                cancellation);
            if (hook is null || !hook.Hook.IsActive) return Done.Value;
            if (due is null) break;
            var sent = await sender.SendAsync(hook, due, cancellation);
            if (await SettleAsync(hook, due, sent, cancellation) is { } error) return error;
        }

        return await NextAsync(number, cancellation);
    }

    private async ValueTask<Error?> SettleAsync(StoredHook hook, DueDelivery due, SentDelivery sent, CancellationToken cancellation)
    {
        var attempt = sent.Attempt;
        var isLast = sent.IsFinal || attempt.Number > options.RetryDelays.Count;
        var state = attempt.Error is null ? DeliveryState.Delivered : isLast ? DeliveryState.Dead : DeliveryState.Waiting;
        var delay = state is DeliveryState.Waiting ? Scattered(options.RetryDelays[attempt.Number - 1]) : TimeSpan.Zero;
        var settled = await database.WriteAsync<Done>(
            async session =>
            {
                await DeliveryStore.SettleAsync(session, due.Number, attempt, state, delay);
                return Done.Value;
            },
            cancellation);
        if (state is DeliveryState.Dead) NoticesLog.Dead(log, hook.Hook.Id, due.Id, attempt.Number, attempt.Error!);
        return settled.Error;
    }

    private async ValueTask<Result<Done>> NextAsync(long hook, CancellationToken cancellation) => await database.WriteAsync<Done>(
        async session =>
        {
            if (await DeliveryStore.NextDueAsync(session, hook) is { } waitMs)
                await EnqueueAsync(session, jobs, hook, time.GetUtcNow().AddMilliseconds(Math.Max(waitMs, 0)));
            return Done.Value;
        },
        cancellation);

    private TimeSpan Scattered(TimeSpan delay) => delay + delay * (chance.Below(ScatterPercent + 1) / 100.0);
}
