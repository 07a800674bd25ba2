using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Checks;

/// <summary>
/// Functions of the model's own are unfolded where they are used: one that uses itself, or doubles at each turn, has no end.
/// </summary>
internal static class FunctionCheck
{
    /// <summary>The largest graphs have tens of thousands; unfolded, a node takes about a kilobyte.</summary>
    private const long UnfoldedNodesMax = 2_000_000;

    public static Error? Run(OnnxModel model)
    {
        if (model.Functions.Count == 0) return null;
        var functions = new Dictionary<(string, string), OnnxFunction>();
        foreach (var function in model.Functions)
            if (!functions.TryAdd((function.Domain, function.Name), function))
                return Error.Invalid($"The model has two functions of the name '{function.Name}'. Export it again.");
        var sizes = new Dictionary<OnnxFunction, long>();
        foreach (var function in model.Functions)
            if (SizeOf(function, functions, sizes, depth: 0) is null) return Endless(function.Name);
        return Sum(model.Graph.Nodes, functions, sizes, depth: 0) is null ? Endless("the graph") : null;
    }

    /// <summary>
    /// Nodes when unfolded; null when they have no end, or more than the limit. A function on the way counts as without end.
    /// </summary>
    private static long? SizeOf(
        OnnxFunction function, Dictionary<(string, string), OnnxFunction> functions, Dictionary<OnnxFunction, long> sizes, int depth)
    {
        if (sizes.TryGetValue(function, out var known)) return known < 0 ? null : known;
        if (depth > OnnxReadLimits.Default.DepthMax) return null;
        sizes[function] = -1;
        if (Sum(function.Nodes, functions, sizes, depth + 1) is not { } size) return null;
        sizes[function] = size;
        return size;
    }

    private static long? Sum(
        List<OnnxNode> nodes, Dictionary<(string, string), OnnxFunction> functions, Dictionary<OnnxFunction, long> sizes, int depth)
    {
        var sum = 0L;
        foreach (var node in ModelChecks.NodesOf(nodes))
        {
            long? size = functions.TryGetValue((node.Domain, node.Operator), out var used) ? SizeOf(used, functions, sizes, depth) : 1;
            if (size is null || (sum += size.Value) > UnfoldedNodesMax) return null;
        }

        return sum;
    }

    private static Error Endless(string name) => Error.Invalid(
        $"The function '{(name.Length <= 80 ? name : name[..80] + "…")}' uses itself, or more than {UnfoldedNodesMax:N0} nodes "
        + "when unfolded. The file is damaged, or was made to do that.");
}
