using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Checks;

/// <summary>
/// What the runtime does not ask, and would never come back from: it walks trees and unfolds functions as they are written, and no
/// cancellation reaches it there.
/// </summary>
internal static class ModelChecks
{
    public static Error? Run(OnnxModel model) => FunctionCheck.Run(model) ?? AllNodes(model).Select(TreeCheck.Run).FirstOrDefault(IsThere);

    /// <summary>Those of the graph, of the graphs inside it, and of functions. The reader has bounded their depth and number.</summary>
    private static IEnumerable<OnnxNode> AllNodes(OnnxModel model) =>
        NodesOf(model.Graph.Nodes).Concat(model.Functions.SelectMany(function => NodesOf(function.Nodes)));

    public static IEnumerable<OnnxNode> NodesOf(IEnumerable<OnnxNode> nodes)
    {
        foreach (var node in nodes)
        {
            yield return node;
            foreach (var attribute in node.Attributes)
            {
                if (attribute.Graph is { } graph)
                    foreach (var inner in NodesOf(graph.Nodes)) yield return inner;
                foreach (var inner in attribute.Graphs.SelectMany(each => NodesOf(each.Nodes))) yield return inner;
            }
        }
    }

    private static bool IsThere(Error? error) => error is not null;
}
