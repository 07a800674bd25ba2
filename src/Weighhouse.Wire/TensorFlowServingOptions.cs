namespace Weighhouse.Wire;

/// <summary>TensorFlow Serving's limits.</summary>
public sealed record TensorFlowServingOptions
{
    /// <value>1 GiB a request, as for every protocol of predictions.</value>
    public int BodyBytesMax { get; init; } = 1 << 30;
}
