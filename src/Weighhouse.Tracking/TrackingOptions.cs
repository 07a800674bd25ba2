namespace Weighhouse.Tracking;

/// <summary>The module's limits and rhythms. Every default is the value a deployment has unless it says otherwise.</summary>
public sealed record TrackingOptions
{
    /// <value>50,000 names: 20 MB at worst; names beyond are read from the database again.</value>
    public int KeyCacheMax { get; init; } = 50_000;

    /// <value>1,000 points a call, as MLflow: its clients cut their batches there.</value>
    public int BatchMetricsMax { get; init; } = 1_000;

    /// <value>100 params a call, as MLflow.</value>
    public int BatchParamsMax { get; init; } = 100;

    /// <value>100 tags a call, as MLflow.</value>
    public int BatchTagsMax { get; init; } = 100;

    /// <value>1,000 metrics, params and tags together a call, as MLflow.</value>
    public int BatchTotalMax { get; init; } = 1_000;

    /// <value>250 characters a key of a metric, param or tag, as MLflow.</value>
    public int KeyLengthMax { get; init; } = 250;

    /// <value>6,000 characters a param; longer values are cut there, as MLflow does by default.</value>
    public int ParamLengthMax { get; init; } = 6_000;

    /// <value>8,000 characters a tag; longer values are cut there, as MLflow does by default.</value>
    public int TagLengthMax { get; init; } = 8_000;
}
