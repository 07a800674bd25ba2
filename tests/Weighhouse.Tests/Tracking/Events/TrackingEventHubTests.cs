using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Events;

namespace Weighhouse.Tests.Tracking.Events;

public sealed class TrackingEventHubTests
{
    private static readonly RunId A = new("a");
    private static readonly RunId B = new("b");
    private static readonly ExperimentId Experiment = new(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_hears_of_its_run_and_of_its_experiment_alone()
    {
        var hub = NewHub();
        await using var run = Watch(hub.WatchRunAsync(A, Cancellation), out var ofRun);
        await using var experiment = Watch(hub.WatchExperimentAsync(Experiment, Cancellation), out var ofExperiment);

        hub.Publish(new ExperimentId(2), new RunEvent(new RunId("other"), null, ["x"]));
        hub.Publish(Experiment, new RunEvent(B, RunStatus.Failed, []));
        hub.Publish(Experiment, new RunEvent(A, null, ["loss"]));

        Assert.True(await ofRun);
        Assert.Equal(A, run.Current.Run);
        Assert.Equal(["loss"], run.Current.MetricKeys);
        Assert.True(await ofExperiment);
        Assert.Equal((B, RunStatus.Failed), (experiment.Current.Run, experiment.Current.Status));
        Assert.True(await experiment.MoveNextAsync());
        Assert.Equal(A, experiment.Current.Run);
    }

    [Fact]
    public async Task What_a_slow_watcher_missed_is_folded_together_run_by_run()
    {
        var hub = NewHub();
        await using var events = Watch(hub.WatchExperimentAsync(Experiment, Cancellation), out var first);
        hub.Publish(Experiment, new RunEvent(B, null, ["x"]));
        Assert.True(await first);

        for (var i = 0; i < 1_000; i++) hub.Publish(Experiment, new RunEvent(A, null, [$"k{i % 3}"]));
        hub.Publish(Experiment, new RunEvent(A, RunStatus.Finished, []));

        Assert.True(await events.MoveNextAsync());
        Assert.Equal(["k0", "k1", "k2"], events.Current.MetricKeys.Order());
        Assert.Equal(RunStatus.Finished, events.Current.Status);
    }

    [Fact]
    public async Task More_runs_than_are_kept_are_told_as_a_loss()
    {
        var hub = NewHub();
        await using var events = Watch(hub.WatchExperimentAsync(Experiment, Cancellation), out var first);

        hub.Publish(Experiment, new RunEvent(A, null, ["x"]));
        Assert.True(await first);

        // Nobody asks meanwhile: a watcher that did would take some away before the last came.
        for (var i = 0; i < 50; i++) hub.Publish(Experiment, new RunEvent(new RunId($"{i}"), null, ["x"]));

        for (var i = 0; i < 10; i++) Assert.True(await events.MoveNextAsync());
        Assert.True(await events.MoveNextAsync());
        Assert.Same(RunEvent.Lost, events.Current);
    }

    [Fact]
    public async Task More_keys_than_are_kept_are_not_named()
    {
        var hub = NewHub();
        await using var events = Watch(hub.WatchRunAsync(A, Cancellation), out var first);

        hub.Publish(Experiment, new RunEvent(A, null, [.. Enumerable.Range(0, 500).Select(i => $"k{i}")]));

        Assert.True(await first);
        Assert.Empty(events.Current.MetricKeys);
    }

    [Fact]
    public async Task Watching_ends_with_its_token_and_leaves_nothing()
    {
        var hub = NewHub();
        using var ended = new CancellationTokenSource();
        await using var events = Watch(hub.WatchRunAsync(A, ended.Token), out var first);
        Assert.Equal([A], hub.WatchedRuns);

        await ended.CancelAsync();

        Assert.False(await first);
        Assert.Empty(hub.WatchedRuns);
    }

    [Fact]
    public async Task Beyond_the_limit_a_watcher_is_sent_away()
    {
        var hub = NewHub();
        var watching = new List<IAsyncEnumerator<RunEvent>>();
        for (var i = 0; i < 5; i++) watching.Add(Watch(hub.WatchRunAsync(A, Cancellation), out _));

        await using var one = Watch(hub.WatchRunAsync(A, Cancellation), out var refused);

        Assert.False(await refused);
    }

    private static TrackingEventHub NewHub() =>
        new(new TrackingOptions { EventInterval = TimeSpan.Zero, EventRunsMax = 10, EventWatchersMax = 5 }, TimeProvider.System);

    /// <summary>Asks for the first event, which is when watching begins.</summary>
    private static IAsyncEnumerator<RunEvent> Watch(IAsyncEnumerable<RunEvent> events, out Task<bool> first)
    {
        var enumerator = events.GetAsyncEnumerator(Cancellation);
        first = enumerator.MoveNextAsync().AsTask();
        return enumerator;
    }
}
