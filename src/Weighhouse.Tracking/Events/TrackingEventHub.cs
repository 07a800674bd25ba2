using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Events;

/// <summary>Tells the watchers of this process what has just become durable. With nobody watching an event costs two look-ups.</summary>
internal sealed class TrackingEventHub(TrackingOptions options, TimeProvider time) : ITrackingEvents
{
    private readonly ConcurrentDictionary<RunId, ImmutableArray<EventSubscription>> _ofRuns = new();
    private readonly ConcurrentDictionary<ExperimentId, ImmutableArray<EventSubscription>> _ofExperiments = new();
    private int _count;

    /// <summary>The runs somebody watches.</summary>
    public ICollection<RunId> WatchedRuns => _ofRuns.Keys;

    /// <summary>The experiments somebody watches.</summary>
    public ICollection<ExperimentId> WatchedExperiments => _ofExperiments.Keys;

    /// <summary>Call it after the commit.</summary>
    public void Publish(ExperimentId experiment, RunEvent happened)
    {
        if (_ofRuns.TryGetValue(happened.Run, out var watchers))
            foreach (var watcher in watchers) watcher.Offer(happened);
        if (_ofExperiments.TryGetValue(experiment, out watchers))
            foreach (var watcher in watchers) watcher.Offer(happened);
    }

    public IAsyncEnumerable<RunEvent> WatchRunAsync(RunId run, CancellationToken cancellation) => WatchAsync(_ofRuns, run, cancellation);

    public IAsyncEnumerable<RunEvent> WatchExperimentAsync(ExperimentId experiment, CancellationToken cancellation) =>
        WatchAsync(_ofExperiments, experiment, cancellation);

    /// <summary>Watches from the moment the first event is asked for, so that an enumerable nobody reads costs nothing.</summary>
    private async IAsyncEnumerable<RunEvent> WatchAsync<TKey>(
        ConcurrentDictionary<TKey, ImmutableArray<EventSubscription>> watched, TKey key,
        [EnumeratorCancellation] CancellationToken cancellation)
        where TKey : struct
    {
        try
        {
            if (Interlocked.Increment(ref _count) > options.EventWatchersMax) yield break;
            var subscription = new EventSubscription(options, time);
            watched.AddOrUpdate(key, static (_, added) => [added], static (_, present, added) => present.Add(added), subscription);
            try
            {
                await foreach (var happened in subscription.ReadAsync(cancellation)) yield return happened;
            }
            finally
            {
                Remove(watched, key, subscription);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private static void Remove<TKey>(
        ConcurrentDictionary<TKey, ImmutableArray<EventSubscription>> watched, TKey key, EventSubscription subscription)
        where TKey : struct
    {
        while (watched.TryGetValue(key, out var present))
        {
            var left = present.Remove(subscription);
            var isDone = left.IsEmpty
                ? watched.TryRemove(new KeyValuePair<TKey, ImmutableArray<EventSubscription>>(key, present))
                : watched.TryUpdate(key, left, present);
            if (isDone) return;
        }
    }
}
