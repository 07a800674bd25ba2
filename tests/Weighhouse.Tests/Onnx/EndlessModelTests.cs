using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

/// <summary>Models that the runtime would follow forever, or until the memory is gone.</summary>
public class EndlessModelTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(3, 1)]
    [InlineData(3, 3)]
    public void A_tree_that_leads_back_is_refused(int from, int to)
    {
        foreach (var model in new[] { Forest().ToClassifier(2), Forest().ToRegressor(2) })
        {
            var answers = model.Graph.Nodes[0].Attributes.Find(attribute => attribute.Name == "nodes_falsenodeids")!.Integers;
            Assert.True(OnnxHouse.Runtime.Load(model.ToBytes()).Map(session => Disposed(session)).Value);
            answers[from] = to;

            var refused = OnnxHouse.Runtime.Load(model.ToBytes());

            Assert.Equal(ErrorCode.InvalidArgument, refused.Error!.Code);
            Assert.Contains("would be walked forever", refused.Error.Message);
        }
    }

    [Fact]
    public void A_tree_of_the_newer_operator_that_leads_back_is_refused()
    {
        var model = Forest().ToRegressor(2);
        var node = model.Graph.Nodes[0];
        node.Operator = "TreeEnsemble";
        node.Attributes.Clear();
        node.Attributes.AddRange(
        [
            OnnxAttribute.Of("nodes_truenodeids", [1L, 0]), OnnxAttribute.Of("nodes_trueleafs", [0L, 1]),
            OnnxAttribute.Of("nodes_falsenodeids", [1L, 0]), OnnxAttribute.Of("nodes_falseleafs", [1L, 0]),
        ]);

        Assert.Contains("would be walked forever", OnnxHouse.Runtime.Load(model.ToBytes()).Error!.Message);

        node.Attributes[2].Integers.Add(1);
        Assert.Contains("lists of different lengths", OnnxHouse.Runtime.Load(model.ToBytes()).Error!.Message);
    }

    [Fact]
    public void A_tree_in_a_branch_is_looked_at_too()
    {
        var forest = Forest().ToRegressor(2);
        forest.Graph.Nodes[0].Attributes.Find(attribute => attribute.Name == "nodes_truenodeids")!.Integers[1] = 0;
        var model = OnnxHouse.Counting();
        model.Graph.Nodes[0].Attributes[0].Graph!.Nodes.Add(forest.Graph.Nodes[0]);

        Assert.Contains("would be walked forever", OnnxHouse.Runtime.Load(model.ToBytes()).Error!.Message);
    }

    [Fact]
    public void A_function_that_uses_itself_or_doubles_without_end_is_refused()
    {
        var itself = WithFunctions(1);
        itself.Functions[0].Nodes.Add(Use(0));
        var each = WithFunctions(2);
        each.Functions[0].Nodes.Add(Use(1));
        each.Functions[1].Nodes.Add(Use(0));
        var doubling = WithFunctions(24);
        for (var i = 0; i + 1 < doubling.Functions.Count; i++) doubling.Functions[i].Nodes.AddRange([Use(i + 1), Use(i + 1)]);
        doubling.Functions[^1].Nodes.Add(OnnxNode.Of("Identity", ["a"], ["b"]));

        foreach (var model in new[] { itself, each, doubling })
        {
            var refused = OnnxHouse.Runtime.Load(model.ToBytes());
            Assert.Equal(ErrorCode.InvalidArgument, refused.Error!.Code);
            Assert.Contains("uses itself, or more than 2,000,000 nodes", refused.Error.Message);
        }

        var twice = WithFunctions(1);
        twice.Functions.Add(twice.Functions[0]);
        Assert.Contains("two functions of the name", OnnxHouse.Runtime.Load(twice.ToBytes()).Error!.Message);
    }

    [Fact]
    public void Functions_that_use_others_run()
    {
        var model = WithFunctions(2);
        model.Functions[0].Nodes.Add(Use(1));
        model.Functions[1].Nodes.Add(OnnxNode.Of("Add", ["a", "a"], ["b"]));
        using var session = OnnxHouse.Load(model);
        using var call = session.NewCall();

        Assert.False(call.SetInput(0, OnnxHouse.Bytes(21f), 1).IsFailure);
        Assert.False(call.Run().IsFailure);

        Assert.Equal([42f], call.Output(0).As<float>().ToArray());
    }

    private static TreeEnsemble Forest() => new(3,
    [
        [
            TreePlace.Ask(0, 0.5f, 1, 2), TreePlace.Ask(1, 0.5f, 3, 4), TreePlace.End(1, 0), TreePlace.Ask(2, 0.5f, 5, 6),
            TreePlace.End(0, 1), TreePlace.End(1, 1), TreePlace.End(2, 0),
        ],
    ]);

    /// <summary>A model that uses the first of these functions.</summary>
    private static OnnxModel WithFunctions(int count)
    {
        var model = OnnxHouse.Identity(OnnxElementType.Float32);
        model.OperatorSets.Add(new OnnxOperatorSet("own", 1));
        for (var i = 0; i < count; i++)
        {
            var function = new OnnxFunction { Name = $"f{i}", Domain = "own" };
            function.Inputs.Add("a");
            function.Outputs.Add("b");
            function.OperatorSets.AddRange([new OnnxOperatorSet("", 13), new OnnxOperatorSet("own", 1)]);
            model.Functions.Add(function);
        }

        var use = Use(0);
        (use.Inputs[0], use.Outputs[0]) = ("x", "y");
        model.Graph.Nodes[0] = use;
        return model;
    }

    private static OnnxNode Use(int function)
    {
        var node = OnnxNode.Of($"f{function}", ["a"], ["b"]);
        node.Domain = "own";
        return node;
    }

    private static bool Disposed(OnnxSession session)
    {
        session.Dispose();
        return true;
    }
}
