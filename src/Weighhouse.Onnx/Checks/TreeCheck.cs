using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Checks;

/// <summary>A decision tree whose answers lead back to a question asked before is walked forever.</summary>
internal static class TreeCheck
{
    private const int Unseen = 0, OnTheWay = 1, Done = 2;

    public static Error? Run(OnnxNode node) => node.Domain != "ai.onnx.ml" ? null : node.Operator switch
    {
        "TreeEnsembleClassifier" or "TreeEnsembleRegressor" => Numbered(node),
        "TreeEnsemble" => Indexed(node),
        _ => null,
    };

    /// <summary>Places are known by the numbers of their tree and node.</summary>
    private static Error? Numbered(OnnxNode node)
    {
        var (trees, nodes) = (Numbers(node, "nodes_treeids"), Numbers(node, "nodes_nodeids"));
        var (yes, no) = (Numbers(node, "nodes_truenodeids"), Numbers(node, "nodes_falsenodeids"));
        var modes = node.Attributes.Find(attribute => attribute.Name == "nodes_modes")?.Texts ?? [];
        if (trees.Count != nodes.Count || yes.Count != nodes.Count || no.Count != nodes.Count || modes.Count != nodes.Count)
            return Error.Invalid($"A {node.Operator} has lists of different lengths for its places. Export the model again.");
        var places = new Dictionary<(long, long), int>();
        for (var i = 0; i < nodes.Count; i++) places.TryAdd((trees[i], nodes[i]), i);
        return HasCycle(nodes.Count, At) ? Endless(node) : null;

        // What leads nowhere the runtime refuses itself.
        (int Yes, int No) At(int i) => modes[i].Span.SequenceEqual("LEAF"u8)
            ? (-1, -1)
            : (places.GetValueOrDefault((trees[i], yes[i]), -1), places.GetValueOrDefault((trees[i], no[i]), -1));
    }

    /// <summary>Places are known by their position; what leads to an end says so.</summary>
    private static Error? Indexed(OnnxNode node)
    {
        var (yes, yesEnds) = (Numbers(node, "nodes_truenodeids"), Numbers(node, "nodes_trueleafs"));
        var (no, noEnds) = (Numbers(node, "nodes_falsenodeids"), Numbers(node, "nodes_falseleafs"));
        if (yesEnds.Count != yes.Count || no.Count != yes.Count || noEnds.Count != yes.Count)
            return Error.Invalid($"A {node.Operator} has lists of different lengths for its places. Export the model again.");
        return HasCycle(yes.Count, i => (Place(yes[i], yesEnds[i]), Place(no[i], noEnds[i]))) ? Endless(node) : null;

        int Place(long index, long isEnd) => isEnd != 0 || index < 0 || index >= yes.Count ? -1 : (int)index;
    }

    private static bool HasCycle(int count, Func<int, (int Yes, int No)> answers)
    {
        var state = new byte[count];
        var way = new Stack<int>();
        for (var root = 0; root < count; root++)
        {
            if (state[root] == Unseen) way.Push(root);
            while (way.TryPeek(out var at))
            {
                if (state[at] != Unseen)
                {
                    // Seen again on the way back, or pushed twice.
                    state[at] = Done;
                    way.Pop();
                    continue;
                }

                state[at] = OnTheWay;
                var (yes, no) = answers(at);
                foreach (var next in (ReadOnlySpan<int>)[yes, no])
                {
                    if (next < 0 || state[next] == Done) continue;
                    if (state[next] == OnTheWay) return true;
                    way.Push(next);
                }
            }
        }

        return false;
    }

    private static List<long> Numbers(OnnxNode node, string name) =>
        node.Attributes.Find(attribute => attribute.Name == name)?.Integers ?? [];

    private static Error Endless(OnnxNode node) => Error.Invalid(
        $"A tree of a {node.Operator} leads back to a place it came from, and would be walked forever. "
        + "The file is damaged, or was made to do that.");
}
