using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Search;

/// <summary>A run as the naive model of the search knows it.</summary>
internal sealed record ModelRun(
    long RunNo,
    string Id,
    long Experiment,
    string Name,
    string User,
    RunStatus Status,
    long StartMs,
    long? EndMs,
    string ArtifactUri,
    LifecycleStage Lifecycle)
{
    public Dictionary<string, string> Params { get; } = [];

    public Dictionary<string, string> Tags { get; } = [];

    public Dictionary<string, (double Latest, double Min, double Max)> Metrics { get; } = [];

    public List<(string Name, string Digest, string? Context)> Datasets { get; } = [];
}
