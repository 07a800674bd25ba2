using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tests.Server.Tracking.Metrics;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Events;

namespace Weighhouse.Tests.Server.Tracking.Events;

/// <summary>What another replica changed is seen by looking; the other replica here is SQL that no hub heard of.</summary>
public sealed class ReplicaPollerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task A_look_finds_new_points_and_a_new_status(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        await house.LogAsync(run, "loss", new MetricPoint(1, 1, 1));
        await house.LogAsync(run, "auc", new MetricPoint(1, 1, 1));
        var poller = house.Database.Get<ReplicaPoller>();
        await using var ofRun = house.Database.Get<ITrackingEvents>().WatchRunAsync(run, Cancellation).GetAsyncEnumerator(Cancellation);
        await using var ofExperiment = house.Database.Get<ITrackingEvents>()
            .WatchExperimentAsync(ExperimentId.Default, Cancellation).GetAsyncEnumerator(Cancellation);
        var (first, second) = (ofRun.MoveNextAsync().AsTask(), ofExperiment.MoveNextAsync().AsTask());

        await poller.PollAsync(Cancellation);
        await poller.PollAsync(Cancellation);
        Assert.False(first.IsCompleted || second.IsCompleted);
        await house.ExecuteAsync(
            "UPDATE tracking_metrics SET point_count = 2 WHERE key_no = (SELECT key_no FROM tracking_keys WHERE key = 'auc')");
        await house.ExecuteAsync("UPDATE tracking_runs SET status = 3");
        await poller.PollAsync(Cancellation);

        Assert.True(await first);
        Assert.Equal((run, RunStatus.Finished), (ofRun.Current.Run, ofRun.Current.Status));
        Assert.Equal(["auc"], ofRun.Current.MetricKeys);
        Assert.True(await second);
        Assert.Equal((run, RunStatus.Finished), (ofExperiment.Current.Run, ofExperiment.Current.Status));
    }
}
