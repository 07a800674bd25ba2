using Weighhouse.Kernel;

namespace Weighhouse.Serving.Batching;

/// <summary>What a policy may say, and which models can follow one.</summary>
internal static class BatchRules
{
    public static Error? Refuse(BatchPolicy? policy, ServingOptions options)
    {
        if (policy is null) return null;
        return Outside("rows_max", policy.RowsMax, 1, options.BatchRowsMax)
            ?? Outside("delay_ms", policy.DelayMs, 0, options.BatchDelayMsMax)
            ?? Outside("queue_max", policy.QueueMax, 1, options.BatchQueueMax)
            ?? Outside("timeout_ms", policy.TimeoutMs, 0, options.BatchTimeoutMsMax)
            ?? (policy.ObjectiveMs is { } objective ? Outside("objective_ms", objective, 1, options.BatchTimeoutMsMax) : null)
            ?? (policy.TimeoutMs > 0 && policy.TimeoutMs <= policy.DelayMs
                ? Error.Invalid(
                    $"timeout_ms is {policy.TimeoutMs} and delay_ms {policy.DelayMs}: whoever waits for others would be late. Allow more.",
                    "timeout_ms")
                : null)
            ?? RefusePreferred(policy, options);
    }

    /// <summary>
    /// Whether rows of several requests can be run as one: the first dimension of every input and output is free. That it stands for rows
    /// is what whoever asks for batching says; an answer of another length shows that it does not.
    /// </summary>
    public static bool Suits(ModelShape shape) =>
        shape.Inputs.Count > 0 && shape.Inputs.All(IsFree) && shape.Outputs.All(static port => port.Dimensions is null || IsFree(port));

    private static bool IsFree(PortShape port) => port.Dimensions is [-1, ..];

    private static Error? RefusePreferred(BatchPolicy policy, ServingOptions options)
    {
        var sizes = policy.PreferredRows ?? [];
        if (sizes.Count > options.BatchPreferredMax)
        {
            return Error.Invalid(
                $"{sizes.Count} preferred sizes are too many; at most {options.BatchPreferredMax} can be told apart.", "preferred_rows");
        }

        for (var i = 0; i < sizes.Count; i++)
        {
            if (Outside("preferred_rows", sizes[i], 1, policy.RowsMax) is { } wrong) return wrong;
            if (i > 0 && sizes[i] <= sizes[i - 1])
                return Error.Invalid($"The preferred sizes do not grow: {sizes[i]} follows {sizes[i - 1]}.", "preferred_rows");
        }

        return null;
    }

    private static Error? Outside(string field, int value, int least, int most) =>
        value >= least && value <= most ? null : Error.Invalid($"{field} is {value}; it is from {least} to {most}.", field);
}
