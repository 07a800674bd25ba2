namespace Weighhouse.Wire;

/// <summary>The Open Inference protocol's limits and name.</summary>
public sealed record OpenInferenceOptions
{
    /// <summary>What the server calls itself; examples of Triton's clients want "triton".</summary>
    /// <value>weighhouse: it is no other.</value>
    public string ServerName { get; init; } = "weighhouse";

    /// <value>1 GiB a request: peers take 2, of which the model needs as much again.</value>
    public int BodyBytesMax { get; init; } = 1 << 30;
}
