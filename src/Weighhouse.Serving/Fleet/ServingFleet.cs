using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Canaries;
using Weighhouse.Serving.Deployments;
using Weighhouse.Serving.Loading;
using Weighhouse.Serving.Routing;

namespace Weighhouse.Serving.Fleet;

/// <summary>
/// Makes what is loaded be what the deployments say. One loop looks, asks for loads, takes what has been loaded into effect and publishes
/// the next routing table; nothing else changes any of it.
/// </summary>
internal sealed class ServingFleet(
    DeploymentStore deployments, IModelContent content, VersionLoader loader, CanaryTallies tallies, ServingOptions options,
    TimeProvider time, ILogger<ServingFleet> logger) : BackgroundService
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentQueue<(FleetVersion Version, Result<LoadedVersion> Loaded)> _loads = new();
    private readonly Dictionary<long, FleetDeployment> _fleet = [];
    private readonly ConcurrentDictionary<string, long> _forgiven = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, long>> _taken = [];
    private volatile RoutingTable _table = RoutingTable.Empty;
    private volatile TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Deployments, long Models) _seen = (-1, -1);
    private TimeSpan _gap;
    private long _followAt;
    private volatile bool _hasLooked;

    public RoutingTable Table => _table;

    /// <summary>Whether everything that was deployed when the server began has been loaded, or has failed to.</summary>
    public bool IsReady => _hasLooked && _table.All.All(static deployment => deployment.IsSettled || deployment.Routes.Count > 0);

    /// <summary>Looks now instead of at the next interval.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>
    /// Tries again, at the next look, the loads of a deployment that failed before it had this revision. What fails at the revision is the
    /// answer to it.
    /// </summary>
    public void Forgive(string deployment, long revision) =>
        _forgiven.AddOrUpdate(deployment, revision, (_, earlier) => Math.Max(earlier, revision));

    /// <summary>Until the deployment has reached this revision and everything it needs is loaded or has failed to be.</summary>
    public async Task<ServedDeployment?> SettledAsync(string deployment, long revision, CancellationToken cancellation)
    {
        while (true)
        {
            var published = _published.Task;
            var found = _table.All.FirstOrDefault(candidate => candidate.Name == deployment);
            if (found is { IsSettled: true } && found.Revision >= revision && !_forgiven.ContainsKey(deployment)) return found;
            await published.WaitAsync(cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                await RestAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // A boundary: what is loaded goes on answering whatever the database says.
                ServingLog.FollowFailed(logger, exception);
                await Task.Delay(options.FollowInterval, time, CancellationToken.None);
            }
        }

        // A request that comes now finds nothing, instead of waiting for a table that nobody makes.
        _table = RoutingTable.Empty;
        foreach (var deployment in _fleet.Values) deployment.Unload();
    }

    private async Task RestAsync(CancellationToken stopping)
    {
        using var interval = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), interval, options.FollowInterval,
            Timeout.InfiniteTimeSpan);
        try
        {
            await _wake.Reader.ReadAsync(interval.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The interval is over.
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        var changed = TakeLoads();
        var seen = (await deployments.PulseAsync(stopping), await content.PulseAsync(stopping));
        var isNew = seen != _seen || !_forgiven.IsEmpty;
        if (isNew || time.GetTimestamp() >= _followAt)
        {
            await FollowAsync(stopping);
            _seen = seen;
            changed = true;
            // Numbers of events are given before they are committed: one that is lower than what was seen may come after it, and the
            // pulse does not show it. So every change is followed again, soon and then ever more seldom.
            var next = isNew ? options.FollowInterval : 2 * _gap;
            _gap = next < options.FollowAgainMax ? next : options.FollowAgainMax;
            _followAt = time.GetTimestamp() + (long)(_gap.TotalSeconds * time.TimestampFrequency);
        }

        changed |= BeginLoads(stopping);
        if (!changed && _hasLooked) return;
        foreach (var deployment in _fleet.Values) deployment.Settle();
        _hasLooked = true;
        Publish();
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        var forgiven = _forgiven.ToArray();
        var rows = await deployments.AllAsync(cancellation);
        var present = rows.Select(static row => row.Number).ToHashSet();
        foreach (var (number, deployment) in _fleet.Where(entry => !present.Contains(entry.Key)).ToList())
        {
            deployment.Unload();
            _fleet.Remove(number);
        }

        foreach (var row in rows)
        {
            if (!_fleet.TryGetValue(row.Number, out var deployment))
                _fleet.Add(row.Number, deployment = new FleetDeployment { Row = row.Deployment });
            (deployment.Row, deployment.Canary) = (row.Deployment, row.Canary);
            if (!row.Deployment.IsLoaded) deployment.Unload();
            else await ResolveAsync(deployment, cancellation);
            foreach (var (name, revision) in forgiven)
                if (name == row.Deployment.Name) deployment.Forgive(revision);
        }

        _taken.AddRange(forgiven);
    }

    private async Task ResolveAsync(FleetDeployment deployment, CancellationToken cancellation)
    {
        var wanted = new List<WantedRoute>(deployment.Row.Routes.Count);
        foreach (var route in deployment.Row.Routes)
        {
            var found = await content.ResolveAsync(Principal.System, route.Model, route.Version, route.Alias, cancellation);
            if (!found.TryGet(out var version, out var error))
            {
                ServingLog.Unresolved(logger, deployment.Row.Name, error);
                deployment.Lose(error);
                return;
            }

            wanted.Add(new WantedRoute(route, version));
        }

        deployment.Want(wanted);
    }

    private bool BeginLoads(CancellationToken stopping)
    {
        var began = false;
        foreach (var deployment in _fleet.Values)
        {
            foreach (var version in deployment.Versions)
            {
                var isDue = version.State is VersionState.Start || version.RetryAt <= time.GetTimestamp();
                if (!isDue) continue;
                _ = LoadAsync(deployment.Row, version, version.Begin(deployment.Row.Revision, stopping));
                began = true;
            }
        }

        return began;
    }

    private async Task LoadAsync(Deployment deployment, FleetVersion version, CancellationToken cancellation)
    {
        Result<LoadedVersion> loaded;
        try
        {
            loaded = await loader.LoadAsync(deployment.Project, deployment.Name, version.Id, version.Key.Runtime, cancellation);
        }
        catch (OperationCanceledException)
        {
            loaded = new Error(ErrorCode.Unavailable, $"Loading {version.Id} was stopped.");
        }

        _loads.Enqueue((version, loaded));
        Wake();
    }

    private bool TakeLoads()
    {
        var taken = false;
        while (_loads.TryDequeue(out var load))
        {
            taken = true;
            var isNeeded = _fleet.Values.Any(deployment => deployment.Versions.Contains(load.Version));
            if (load.Loaded.TryGet(out var loaded, out var error))
            {
                if (isNeeded) load.Version.Succeed(loaded);
                else loaded.Dispose();
            }
            else
            {
                load.Version.Fail(error, RetryAt(load.Version, error));
            }
        }

        return taken;
    }

    /// <summary>A model that is wrong stays wrong; a store that is away comes back, and files that were changed are placed anew.</summary>
    private long? RetryAt(FleetVersion version, Error error)
    {
        var mayPass = error.Code is ErrorCode.Unavailable or ErrorCode.Internal or ErrorCode.LimitExceeded or ErrorCode.StorageFull
            or ErrorCode.Corrupted;
        if (!mayPass || version.Attempts > options.LoadRetriesMax) return null;
        var delay = options.LoadRetryDelay * Math.Pow(2, version.Attempts - 1);
        return time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
    }

    private void Publish()
    {
        var table = new RoutingTable(_fleet.Values.Select(deployment => deployment.Show(tallies)));
        // Here, where they are made: whoever pruned at another time could take one away that a table is about to count with.
        tallies.KeepOnly(table.All.Select(static deployment => deployment.Canary?.Number).OfType<long>().ToHashSet());
        _table = table;
        // Who waits for what is tried again must not find the table of before. What was forgiven once more meanwhile stays.
        foreach (var entry in _taken) _forgiven.TryRemove(entry);
        _taken.Clear();
        var published = _published;
        _published = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        published.SetResult();
    }
}
