namespace Weighhouse.Wire;

/// <summary>The limits of MLflow's scoring protocol.</summary>
public sealed record MlflowScoringOptions
{
    /// <value>1 GiB a request, as for every protocol of predictions.</value>
    public int BodyBytesMax { get; init; } = 1 << 30;
}
