using Weighhouse.Kernel;

namespace Weighhouse.Onnx.Graphs;

/// <summary>A place in a decision tree: a question with two answers, or an end with weights.</summary>
/// <param name="Feature">Which one is asked; -1 at an end.</param>
/// <param name="Threshold">At most this goes to <paramref name="Yes"/>, more to <paramref name="No"/>.</param>
/// <param name="Yes">The place in the tree's list.</param>
/// <param name="No">Likewise.</param>
/// <param name="Weights">Of an end: what it adds to each class, or to each target.</param>
public sealed record TreePlace(int Feature, float Threshold, int Yes, int No, IReadOnlyList<float> Weights)
{
    public static TreePlace Ask(int feature, float threshold, int yes, int no) => new(feature, threshold, yes, no, []);

    public static TreePlace End(params IReadOnlyList<float> weights) => new(-1, 0, -1, -1, weights);
}

/// <summary>Trees whose ends are added up, as forests and boosted trees are; the first place of each tree is its root.</summary>
/// <param name="Features">Columns of the input.</param>
/// <param name="Trees">Their places.</param>
public sealed record TreeEnsemble(int Features, IReadOnlyList<IReadOnlyList<TreePlace>> Trees)
{
    private const string Domain = "ai.onnx.ml";

    private static readonly OnnxDimension Batch = new(null, "batch");

    /// <summary>A classifier: the number of the class with the largest sum, and the sums, made probabilities if wished.</summary>
    public OnnxModel ToClassifier(int classes, bool softmax = false, string input = "x")
    {
        var places = new Places(this, classes);
        var model = Model(input, "TreeEnsembleClassifier", ["label", "scores"],
        [
            .. places.Nodes(), .. places.Weights("class"),
            OnnxAttribute.Of("classlabels_int64s", Enumerable.Range(0, classes).Select(each => (long)each)),
            OnnxAttribute.Of("post_transform", softmax ? "SOFTMAX" : "NONE"),
        ]);
        model.Graph.Outputs.Add(new OnnxPort("label", OnnxType.Tensor(OnnxElementType.Int64, Batch)));
        model.Graph.Outputs.Add(new OnnxPort("scores", OnnxType.Tensor(OnnxElementType.Float32, Batch, classes)));
        return model;
    }

    public OnnxModel ToRegressor(int targets = 1, string input = "x")
    {
        var places = new Places(this, targets);
        var model = Model(input, "TreeEnsembleRegressor", ["y"],
        [
            .. places.Nodes(), .. places.Weights("target"),
            OnnxAttribute.Of("n_targets", targets), OnnxAttribute.Of("aggregate_function", "SUM"),
        ]);
        model.Graph.Outputs.Add(new OnnxPort("y", OnnxType.Tensor(OnnxElementType.Float32, Batch, targets)));
        return model;
    }

    private OnnxModel Model(string input, string operatorName, string[] outputs, OnnxAttribute[] attributes)
    {
        var model = new OnnxModel { IrVersion = 8 };
        model.OperatorSets.Add(new OnnxOperatorSet("", 13));
        model.OperatorSets.Add(new OnnxOperatorSet(Domain, 3));
        model.Graph.Inputs.Add(new OnnxPort(input, OnnxType.Tensor(OnnxElementType.Float32, Batch, Features)));
        var node = OnnxNode.Of(operatorName, [input], outputs, attributes);
        node.Domain = Domain;
        model.Graph.Add(node);
        return model;
    }

    /// <summary>The format wants trees as columns of numbers.</summary>
    private sealed class Places(TreeEnsemble ensemble, int sums)
    {
        private readonly List<(long Tree, long Node, TreePlace Place)> _all =
            [.. ensemble.Trees.SelectMany((tree, at) => tree.Select((place, node) => ((long)at, (long)node, place)))];

        public IEnumerable<OnnxAttribute> Nodes()
        {
            foreach (var (_, _, place) in _all)
            {
                var isEnd = place.Feature < 0;
                Invariant.That(isEnd ? place.Weights.Count == sums : place.Feature < ensemble.Features && place.Yes > 0 && place.No > 0);
            }

            return
            [
                OnnxAttribute.Of("nodes_treeids", _all.Select(each => each.Tree)),
                OnnxAttribute.Of("nodes_nodeids", _all.Select(each => each.Node)),
                OnnxAttribute.Of("nodes_featureids", _all.Select(each => (long)Math.Max(0, each.Place.Feature))),
                OnnxAttribute.Of("nodes_values", _all.Select(each => each.Place.Threshold)),
                OnnxAttribute.Of("nodes_modes", _all.Select(each => each.Place.Feature < 0 ? "LEAF" : "BRANCH_LEQ")),
                OnnxAttribute.Of("nodes_truenodeids", _all.Select(each => (long)Math.Max(0, each.Place.Yes))),
                OnnxAttribute.Of("nodes_falsenodeids", _all.Select(each => (long)Math.Max(0, each.Place.No))),
            ];
        }

        /// <param name="what">What the format calls a sum: a class or a target.</param>
        public IEnumerable<OnnxAttribute> Weights(string what)
        {
            var ends = _all.Where(each => each.Place.Feature < 0)
                .SelectMany(each => each.Place.Weights.Select((weight, sum) => (each.Tree, each.Node, Sum: (long)sum, Weight: weight)))
                .ToList();
            return
            [
                OnnxAttribute.Of($"{what}_treeids", ends.Select(end => end.Tree)),
                OnnxAttribute.Of($"{what}_nodeids", ends.Select(end => end.Node)),
                OnnxAttribute.Of($"{what}_ids", ends.Select(end => end.Sum)),
                OnnxAttribute.Of($"{what}_weights", ends.Select(end => end.Weight)),
            ];
        }
    }
}
