using System.Runtime.InteropServices;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

/// <summary>The runtime of this process, and small models.</summary>
internal static class OnnxHouse
{
    public static OnnxRuntime Runtime => OnnxRuntime.Start().Value;

    public static OnnxSession Load(OnnxModel model, OnnxSessionOptions? options = null) => Runtime.Load(model.ToBytes(), options).Value;

    /// <summary>A model of nothing yet, with the usual operators.</summary>
    public static OnnxModel Model(long opset = 13, long irVersion = 8)
    {
        var model = new OnnxModel { IrVersion = irVersion };
        model.OperatorSets.Add(new OnnxOperatorSet("", opset));
        return model;
    }

    /// <summary>y is x.</summary>
    public static OnnxModel Identity(OnnxElementType type, long opset = 13, long irVersion = 8)
    {
        var model = Model(opset, irVersion);
        var port = OnnxType.Tensor(type, new OnnxDimension(null, "n"));
        model.Graph.Inputs.Add(new OnnxPort("x", port));
        model.Graph.Outputs.Add(new OnnxPort("y", port));
        model.Graph.Add(OnnxNode.Of("Identity", ["x"], ["y"]));
        return model;
    }

    /// <summary>y is x times two, of any length.</summary>
    public static OnnxModel Twice()
    {
        var model = Identity(OnnxElementType.Float32);
        model.Graph.Nodes.Clear();
        model.Graph.Add(OnnxNode.Of("Add", ["x", "x"], ["y"]));
        return model;
    }

    /// <summary>Counts to its input, round by round: as long a run as one likes, with a graph inside a graph.</summary>
    public static OnnxModel Counting()
    {
        var model = Model();
        var number = OnnxType.Tensor(OnnxElementType.Int64, []);
        var flag = OnnxType.Tensor(OnnxElementType.Bool, []);
        model.Graph.Inputs.Add(new OnnxPort("rounds", number));
        model.Graph.Outputs.Add(new OnnxPort("count", number));
        model.Graph.Weights.Add(OnnxTensor.Of("zero", [], 0L));
        model.Graph.Weights.Add(OnnxTensor.Of("go", OnnxElementType.Bool, [], [true]));
        var body = new OnnxGraph { Name = "body" };
        body.Inputs.AddRange([new OnnxPort("i", number), new OnnxPort("before", flag), new OnnxPort("sum", number)]);
        body.Outputs.AddRange([new OnnxPort("after", flag), new OnnxPort("next", number)]);
        body.Weights.Add(OnnxTensor.Of("one", [], 1L));
        body.Add(OnnxNode.Of("Identity", ["before"], ["after"]));
        body.Add(OnnxNode.Of("Add", ["sum", "one"], ["next"]));
        model.Graph.Add(OnnxNode.Of("Loop", ["rounds", "go", "zero"], ["count"], OnnxAttribute.Of("body", body)));
        return model;
    }

    public static byte[] Bytes<T>(params ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    public static float[] Floats(Random random, int count, float scale = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2 - 1) * scale)];
}
