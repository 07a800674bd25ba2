using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Canaries;
using Weighhouse.Serving.Deployments;
using Weighhouse.Serving.Routing;

namespace Weighhouse.Serving.Fleet;

/// <param name="Version">What the route leads to now.</param>
internal readonly record struct WantedRoute(DeploymentRoute Route, ModelVersionId Version)
{
    public FleetVersionKey Key => new(Version, Route.Runtime);
}

/// <summary>
/// A deployment between what it should be and what it is. A change takes effect whole, when every version it names is loaded; until then,
/// and when one of them cannot be, what was in effect stays. The fleet's loop alone touches it.
/// </summary>
internal sealed class FleetDeployment
{
    private readonly Dictionary<FleetVersionKey, FleetVersion> _versions = [];
    private readonly List<(ModelVersionId Id, Task Closed)> _leaving = [];
    // Begun anew with each table, the first turns would be taken again and again, and shares would not be kept.
    private readonly RouteTurns _turns = new();
    private IReadOnlyList<WantedRoute> _wanted = [];
    private IReadOnlyList<WantedRoute> _effective = [];

    public required Deployment Row { get; set; }

    public RunningCanary? Canary { get; set; }

    /// <summary>Why its routes lead nowhere; null when they lead somewhere.</summary>
    public Error? Unresolved { get; private set; }

    public IEnumerable<FleetVersion> Versions => _versions.Values;

    /// <summary>The routes as they should be.</summary>
    public void Want(IReadOnlyList<WantedRoute> routes)
    {
        (_wanted, Unresolved) = (routes, null);
        foreach (var route in routes)
            if (!_versions.ContainsKey(route.Key)) _versions.Add(route.Key, new FleetVersion(route.Key));
    }

    /// <summary>The routes cannot be followed: what is in effect stays.</summary>
    public void Lose(Error error) => Unresolved = error;

    /// <summary>Takes what has been loaded into effect, and lets go of what is not needed any more.</summary>
    public void Settle()
    {
        var loaded = _wanted.Where(route => _versions[route.Key].State is VersionState.Available).ToList();
        var isWhole = loaded.Count == _wanted.Count;
        if (Unresolved is null && (isWhole || _effective.Count == 0 || !IsAnyLoaded(_effective))) _effective = loaded;
        foreach (var version in _versions.Values.ToList())
        {
            if (IsIn(_wanted, version.Key) || IsIn(_effective, version.Key)) continue;
            _versions.Remove(version.Key);
            _leaving.Add((version.Id, version.LetGo()));
            version.Dispose();
        }

        _leaving.RemoveAll(static leaving => leaving.Closed.IsCompleted);
        foreach (var version in _versions.Values) version.Loaded?.Batch(Row.Batch);
    }

    /// <summary>Lets go of everything.</summary>
    public void Unload()
    {
        (_wanted, _effective, Unresolved) = ([], [], null);
        Settle();
    }

    /// <summary>Lets loads that failed before this revision be tried again.</summary>
    public void Forgive(long revision)
    {
        foreach (var version in _versions.Values.Where(version => version.HasFailed && version.Revision < revision).ToList())
            _versions.Remove(version.Key);
        _effective = [.. _effective.Where(route => _versions.ContainsKey(route.Key))];
        Want(_wanted);
    }

    public ServedDeployment Show(CanaryTallies tallies)
    {
        // Until the routes of a step are in effect, what is answered belongs to no step.
        var isCounted = Canary is not null && _effective.Select(static route => route.Route).SequenceEqual(Row.Routes);
        var tally = isCounted ? tallies.Of(Canary!.Value.Number, Canary.Value.Step) : null;
        var routes = _effective
            .Select(route => (route.Route, _versions[route.Key].Loaded))
            .Where(static route => route.Loaded is not null)
            .Select(route => new ServedRoute(
                route.Loaded!,
                route.Route.Weight,
                route.Route.Label,
                route.Route.Label == CanaryRules.Label ? tally?.Candidate : tally?.Others)).ToList();
        var statuses = _versions.Values
            .Select(version => new VersionStatus(Row.Name, version.Id.Model, version.Id.Version, version.State, version.Error)
            {
                IsRetried = version.RetryAt is not null,
                Labels = [.. _wanted.Concat(_effective).Where(route => route.Key == version.Key)
                    .Select(static route => route.Route.Label).OfType<string>().Distinct()],
            })
            .Concat(_leaving.Select(leaving =>
                new VersionStatus(Row.Name, leaving.Id.Model, leaving.Id.Version, VersionState.Unloading)))
            .OrderByDescending(static status => status.Version).ToList();
        return new ServedDeployment(
            Scope.Deployment(Row.Project, Row.Name),
            Row.Name,
            Row.Revision,
            routes,
            statuses,
            Unresolved ?? _versions.Values.Select(static version => version.Error).FirstOrDefault(static error => error is not null),
            _versions.Values.All(static version => version.State is VersionState.Available or VersionState.End),
            _turns,
            Canary);
    }

    private bool IsAnyLoaded(IReadOnlyList<WantedRoute> routes) =>
        routes.Any(route => _versions.TryGetValue(route.Key, out var version) && version.Loaded is not null);

    private static bool IsIn(IReadOnlyList<WantedRoute> routes, FleetVersionKey version) =>
        routes.Any(route => route.Key == version);
}
