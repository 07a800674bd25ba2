using System.Collections.Frozen;
using Weighhouse.Kernel;
using Weighhouse.Serving.Canaries;
using Weighhouse.Serving.Deployments;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Routing;

/// <summary>A route that takes requests.</summary>
/// <param name="Arm">Counts for a canary what the weights send this way; null while none runs.</param>
internal sealed record ServedRoute(LoadedVersion Version, int Weight, string? Label, ArmTally? Arm = null);

/// <summary>What a request goes to.</summary>
/// <param name="Arm">Counts it; null when the request named its version itself, which says nothing of the others.</param>
internal readonly record struct Choice(LoadedVersion Version, ArmTally? Arm = null);

/// <summary>Counts the requests of a deployment that its weights share out.</summary>
internal sealed class RouteTurns
{
    private ulong _turn;

    public ulong Next() => Interlocked.Increment(ref _turn);
}

/// <summary>A deployment as the request path sees it: never changed, only replaced.</summary>
/// <param name="Routes">In effect; empty while nothing of it is loaded.</param>
/// <param name="Statuses">The highest version first.</param>
/// <param name="Problem">Why its last change is not in effect; null when it is.</param>
/// <param name="IsSettled">Whether everything it needs has been loaded, or has failed to.</param>
/// <param name="Turns">Goes on from one table to the next.</param>
/// <param name="Canary">The one that should be running; null for none.</param>
internal sealed record ServedDeployment(
    Scope Scope,
    string Name,
    long Revision,
    IReadOnlyList<ServedRoute> Routes,
    IReadOnlyList<VersionStatus> Statuses,
    Error? Problem,
    bool IsSettled,
    RouteTurns Turns,
    RunningCanary? Canary = null)
{
    private readonly int _weightTotal = Routes.Sum(static route => route.Weight);
    private readonly ServedRoute? _only =
        Routes.Count(static route => route.Weight > 0) == 1 ? Routes.First(static route => route.Weight > 0) : null;
    /// <summary>
    /// The version that the target means. Shares are kept by turns that are spread evenly, not by chance: of 100 requests 10 % are 10.
    /// </summary>
    public Result<Choice> Choose(ServingTarget target)
    {
        if (target.Version is { } version)
        {
            foreach (var route in Routes)
                if (route.Version.Served.Version == version) return new Choice(route.Version);
            return NotLoaded(version);
        }

        if (target.Label is { } label)
        {
            foreach (var route in Routes)
                if (route.Label == label) return new Choice(route.Version);
            return Missing("label", $"Deployment '{Name}' has no label '{label}'; its routes have {Labels()}.");
        }

        if (_only is null && _weightTotal == 0) return Unloaded();
        var chosen = _only ?? Next();
        return new Choice(chosen.Version, chosen.Arm);
    }

    private static Error Missing(string field, string message) => new(ErrorCode.NotFound, message, field);

    private Result<Choice> NotLoaded(long version)
    {
        foreach (var status in Statuses)
        {
            if (status.Version != version || status.State is not (VersionState.Start or VersionState.Loading)) continue;
            return new Error(ErrorCode.Unavailable, $"Version {version} of '{Name}' is being loaded. Ask again in a moment.", "version");
        }

        var versions = string.Join(", ", Routes.Select(static route => route.Version.Served.Version).Distinct());
        return Missing(
            "version", $"Deployment '{Name}' does not serve version {version}; it serves {(versions.Length == 0 ? "none" : versions)}.");
    }

    private ServedRoute Next()
    {
        // Multiples of the golden ratio fall evenly, however many of them are taken.
        var place = unchecked(Turns.Next() * 0x9E3779B97F4A7C15UL) >> 32;
        var at = (long)((place * (ulong)_weightTotal) >> 32);
        foreach (var route in Routes)
        {
            at -= route.Weight;
            if (at < 0) return route;
        }

        return Invariant.Unreachable<ServedRoute>(at);
    }

    private Error Unloaded() => new(
        ErrorCode.Unavailable,
        Problem is { } problem
            ? $"Deployment '{Name}' has no version loaded: {problem.Message}"
            : IsSettled
                ? $"Deployment '{Name}' is unloaded. Load it first."
                : $"Deployment '{Name}' is being loaded. Ask again in a moment.",
        "deployment");

    private string Labels()
    {
        var labels = string.Join(", ", Routes.Select(static route => route.Label).OfType<string>());
        return labels.Length == 0 ? "none" : labels;
    }
}

/// <summary>Everything that is served at a moment. Requests read it without a lock.</summary>
internal sealed class RoutingTable(IEnumerable<ServedDeployment> deployments)
{
    public static readonly RoutingTable Empty = new([]);

    private readonly FrozenDictionary<string, ServedDeployment> _byName =
        deployments.ToFrozenDictionary(static deployment => deployment.Name, StringComparer.Ordinal);

    public IEnumerable<ServedDeployment> All => _byName.Values;

    /// <summary>The deployment, when there is one and the caller may view it.</summary>
    public Result<ServedDeployment> Find(Principal caller, string name)
    {
        if (!_byName.TryGetValue(name, out var deployment))
            return new Error(ErrorCode.NotFound, $"There is no deployment '{name}'. List them with: weigh deployments list", "deployment");
        return caller.Refuse(Permission.View, deployment.Scope) is { } refusal ? refusal : deployment;
    }
}
