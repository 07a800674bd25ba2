using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

/// <summary>Sequences and maps, as the converters of scikit-learn make them.</summary>
public class CollectionTests
{
    [Fact]
    public void Probabilities_by_class_number_are_a_sequence_of_maps()
    {
        using var session = OnnxHouse.Load(ZipMap(OnnxAttribute.Of("classlabels_int64s", [10L, 20])));
        Assert.Equal("Sequence(Map(Int64,Float32[]))", session.Outputs[0].Type.ToString());

        using var maps = Run(session, [0.25f, 0.75f, 1, 0]);

        Assert.Equal((OnnxKind.Sequence, 2L), (maps.Kind, maps.Count));
        Assert.Equal([(10L, 0.25f), (20L, 0.75f)], Entries(maps, 0, keys => keys.As<long>().ToArray()));
        Assert.Equal([(10L, 1f), (20L, 0f)], Entries(maps, 1, keys => keys.As<long>().ToArray()));
        Assert.Contains("no item 2 in a Sequence of 2", maps.Item(2).Error!.Message);
        Assert.True(maps.Item(-1).IsFailure);
        Assert.True(maps.Bytes.IsEmpty);
    }

    [Fact]
    public void Probabilities_by_class_name_have_strings_for_keys()
    {
        using var session = OnnxHouse.Load(ZipMap(OnnxAttribute.Of("classlabels_strings", ["nein", "größer"])));
        Assert.Equal("Sequence(Map(String,Float32[]))", session.Outputs[0].Type.ToString());

        using var maps = Run(session, [0.25f, 0.75f]);

        // The runtime's maps are in the order of their keys.
        Assert.Equal([("größer", 0.75f), ("nein", 0.25f)], Entries(maps, 0, keys => keys.Texts()));
    }

    [Fact]
    public void A_sequence_of_tensors_is_read_and_given_back_as_an_input()
    {
        var split = Collection("SplitToSequence", ["x", "sizes"], [OnnxAttribute.Of("axis", 0)]);
        split.Graph.Weights.Add(OnnxTensor.Of("sizes", [2], 1L, 2));
        split.Graph.Inputs.Add(new OnnxPort("x", OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "n"))));
        var part = OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "m"));
        split.Graph.Outputs.Add(new OnnxPort("s", OnnxType.Sequence(part)));
        using var splitting = OnnxHouse.Load(split);
        using var input = OnnxHouse.Runtime.Tensor(OnnxElementType.Float32, [3], 1f, 2, 3).Value;

        var outputs = splitting.Run(new Dictionary<string, OnnxValue> { ["x"] = input }).Value;
        using var parts = Assert.Single(outputs);
        using var second = parts.Item(1).Value;

        Assert.Equal([2f, 3], second.As<float>().ToArray());
        var join = Collection("ConcatFromSequence", ["s"], [OnnxAttribute.Of("axis", 0)]);
        join.Graph.Nodes[0].Outputs[0] = "y";
        join.Graph.Inputs.Add(split.Graph.Outputs[0]);
        join.Graph.Outputs.Add(new OnnxPort("y", OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "n"))));
        using var joining = OnnxHouse.Load(join);
        var joined = joining.Run(new Dictionary<string, OnnxValue> { ["s"] = parts }).Value;
        using var whole = Assert.Single(joined);
        Assert.Equal([1f, 2, 3], whole.As<float>().ToArray());
        Assert.Contains("Float32[3] was given", joining.Run(new Dictionary<string, OnnxValue> { ["s"] = input }).Error!.Message);
        using var call = joining.NewCall();
        Assert.Contains("bytes cannot stand for it", call.SetInput(0, new byte[4], 1).Error!.Message);
    }

    [Fact]
    public void An_optional_output_may_be_nothing()
    {
        var type = new OnnxType(OnnxKind.Optional) { Inner = OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "n")) };
        var model = OnnxHouse.Model(opset: 15);
        model.Graph.Outputs.Add(new OnnxPort("o", type));
        model.Graph.Add(OnnxNode.Of(
            "Optional", [], ["o"], new OnnxAttribute { Name = "type", Kind = OnnxAttributeKind.Type, Type = type.Inner }));
        using var session = OnnxHouse.Load(model);
        Assert.Equal(OnnxKind.Optional, session.Outputs[0].Type.Kind);
        Assert.Equal(OnnxElementType.Float32, session.Outputs[0].Type.Inner!.ElementType);

        var outputs = session.Run(new Dictionary<string, OnnxValue>()).Value;
        using var nothing = Assert.Single(outputs);

        Assert.Equal((OnnxKind.Optional, 0L), (nothing.Kind, nothing.Count));
        Assert.True(nothing.Bytes.IsEmpty);
    }

    private static OnnxModel Collection(string operatorName, string[] inputs, OnnxAttribute[] attributes)
    {
        var model = OnnxHouse.Model();
        model.Graph.Add(OnnxNode.Of(operatorName, inputs, ["s"], attributes));
        return model;
    }

    private static OnnxModel ZipMap(OnnxAttribute labels)
    {
        var model = Collection("ZipMap", ["x"], [labels]);
        model.Graph.Nodes[0].Domain = "ai.onnx.ml";
        model.OperatorSets.Add(new OnnxOperatorSet("ai.onnx.ml", 1));
        var key = labels.Name.EndsWith("strings", StringComparison.Ordinal) ? OnnxElementType.String : OnnxElementType.Int64;
        model.Graph.Inputs.Add(new OnnxPort("x", OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "n"), 2)));
        model.Graph.Outputs.Add(new OnnxPort("s", OnnxType.Sequence(OnnxType.Map(key, OnnxType.Tensor(OnnxElementType.Float32, [])))));
        return model;
    }

    private static OnnxValue Run(OnnxSession session, float[] probabilities)
    {
        using var call = session.NewCall();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes<float>(probabilities), probabilities.Length / 2, 2).IsFailure);
        Assert.False(call.Run().IsFailure);
        Assert.True(call.Output(0).Bytes.IsEmpty);
        return call.TakeOutput(0);
    }

    private static IEnumerable<(T, float)> Entries<T>(OnnxValue maps, int row, Func<OnnxValue, T[]> read)
    {
        using var map = maps.Item(row).Value;
        Assert.Equal((OnnxKind.Map, 2L), (map.Kind, map.Count));
        using var keys = map.Item(0).Value;
        using var values = map.Item(1).Value;
        return read(keys).Zip(values.As<float>().ToArray());
    }
}
