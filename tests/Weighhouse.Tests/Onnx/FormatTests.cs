using System.Diagnostics;
using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Format;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

public sealed class FormatTests(ITestOutputHelper output)
{
    [Fact]
    public void A_model_with_everything_is_read_as_it_was_written()
    {
        var model = Everything();
        var bytes = model.ToBytes();

        var read = OnnxModel.Read(bytes).Value;

        Assert.Equal(bytes, read.ToBytes());
        Assert.Equal(
            ("tester", "1.2", "example.org", 7L, "größer"),
            (read.Producer, read.ProducerVersion, read.Domain, read.ModelVersion, read.Description));
        Assert.Equal([new OnnxOperatorSet("", 13), new OnnxOperatorSet("ai.onnx.ml", 3)], read.OperatorSets);
        string[] types =
            ["Float32[batch,2,?]", "Sequence(Map(String,Float32[]))", "Optional(Int64[])", "Float32[…]", "SparseTensor", "Unknown"];
        Assert.Equal(types, read.Graph.Inputs.Select(port => port.Type.ToString()));
        Assert.Equal(model.Graph.Inputs, read.Graph.Inputs);
        var attributes = read.Graph.Nodes[0].Attributes;
        Assert.Equal(
            model.Graph.Nodes[0].Attributes.Select(each => (each.Name, each.Kind)), attributes.Select(each => (each.Name, each.Kind)));
        Assert.Equal((1.5f, -3L, "text"), (attributes[0].Number, attributes[1].Integer, Encoding.UTF8.GetString(attributes[2].Text.Span)));
        Assert.Equal([long.MinValue, 0, long.MaxValue], attributes[4].Integers);
        Assert.Equal([1.5f, float.NaN], attributes[5].Numbers);
        Assert.Equal(["a", ""], attributes[6].Texts.Select(text => Encoding.UTF8.GetString(text.Span)));
        Assert.Equal(new OnnxExternalData("far.bin", 4096, 8), read.Graph.Weights[1].External);
        Assert.Equal("f", Assert.Single(read.Functions).Name);
    }

    [Fact]
    public void Lists_are_read_packed_and_one_by_one_and_numbers_of_varying_length_become_those_of_their_type()
    {
        // As other writers write: dims one by one, then int32_data packed for a tensor of 16 bits.
        var tensor = new ProtobufWriter();
        tensor.Integer(1, 2);
        tensor.Integer(1, 1);
        tensor.Integer(2, (int)OnnxElementType.Int16);
        tensor.Integers(5, [-1, 300]);
        tensor.Text(8, "w");
        var floats = new ProtobufWriter();
        floats.Integers(1, [3]);
        floats.Integer(2, (int)OnnxElementType.Float32);
        floats.Number(4, 1.5f);
        floats.Number(4, -2);
        floats.Number(4, 3);
        var wide = new ProtobufWriter();
        wide.Integers(1, [2]);
        wide.Integer(2, (int)OnnxElementType.Int64);
        wide.Integers(7, [long.MinValue, 5]);

        var weights = OnnxModel.Read(Wrapped(5, tensor, floats, wide)).Value.Graph.Weights;

        Assert.Equal([2L, 1], weights[0].Shape);
        Assert.Equal(OnnxHouse.Bytes<short>(-1, 300), weights[0].Bytes.ToArray());
        Assert.Equal(OnnxHouse.Bytes(1.5f, -2, 3), weights[1].Bytes.ToArray());
        Assert.Equal(OnnxHouse.Bytes(long.MinValue, 5), weights[2].Bytes.ToArray());
    }

    [Fact]
    public void What_ends_early_is_refused_at_every_length()
    {
        var bytes = Everything().ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            // Cut between two outermost fields it is a shorter model, which the format allows.
            var read = OnnxModel.Read(bytes.AsMemory(0, length));
            if (read.IsFailure) Assert.Equal(ErrorCode.InvalidArgument, read.Error.Code);
        }

        Assert.True(OnnxModel.Read(bytes.AsMemory(0, bytes.Length - 1)).IsFailure);
    }

    [Fact]
    public void Lies_and_what_nobody_writes_are_refused_with_the_reason()
    {
        Refused([0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F], "says it has");
        Refused([.. Enumerable.Repeat((byte)0xFF, 100)], "does not end");
        Refused([0x00, 0x01], "does not exist");
        Refused([0x0B, 0x0C], "wire type 3");
        Refused([0x12, 0x02, 0xC3, 0x28, 0x08, 0x08, 0x3A, 0x00], "is not UTF-8");
        Refused([0x3A, 0x00], "no IR version");
        Refused([0x08, 0x08], "no graph");
        var external = new ProtobufWriter();
        external.Message(13, entry => ModelWriter.Entry(entry, "offset", "-1"));
        Refused(Wrapped(5, external), "'-1' and no number of bytes");
        var attribute = new ProtobufWriter();
        attribute.Message(5, node =>
        {
            node.Message(5, tensor => tensor.Integer(2, 1));
            node.Message(5, tensor => tensor.Integer(2, 1));
        });
        Refused(Wrapped(1, attribute), "comes twice");
    }

    [Fact]
    public void Graphs_within_graphs_and_parts_without_end_meet_a_limit()
    {
        var graph = new OnnxGraph();
        for (var depth = 0; depth < 1_000; depth++)
        {
            var outer = new OnnxGraph();
            outer.Add(OnnxNode.Of("If", [], [], OnnxAttribute.Of("then_branch", graph)));
            graph = outer;
        }

        var deep = OnnxHouse.Model();
        deep.Graph.Nodes.AddRange(graph.Nodes);
        Refused(deep.ToBytes(), "nested more than 24 deep");

        // Two bytes a node in the file, a hundred in memory.
        var nodes = new byte[4_000_000];
        for (var i = 0; i < nodes.Length; i += 2) nodes[i] = 0x0A;
        var started = Stopwatch.StartNew();
        Refused(Framed(nodes), "more than 1,000,000 parts");
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(20), $"it took {started.Elapsed}");
        var lists = new OnnxReadLimits { ListedMax = 3 };
        Assert.Contains("numbers and texts in lists", OnnxModel.Read(Everything().ToBytes(), lists).Error!.Message);
        var tight = OnnxModel.Read(Everything().ToBytes(), new OnnxReadLimits { BytesMax = 100 });
        Assert.Contains("the limit is 100", tight.Error!.Message);
    }

    [Fact]
    public void Work_does_not_grow_with_the_square_of_the_file()
    {
        // Shapes, numbers and graphs in a hundred thousand pieces each.
        var dimension = new ProtobufWriter();
        dimension.Message(2, type =>
        {
            type.Message(1, tensor =>
            {
                for (var i = 0; i < 100_000; i++) tensor.Message(2, shape => shape.Message(1, each => each.Integer(1, 1)));
            });
        });
        var numbers = new ProtobufWriter();
        for (var i = 0; i < 300_000; i++) numbers.Number(4, i);
        var started = Stopwatch.StartNew();

        Assert.Equal(100_000, OnnxModel.Read(Wrapped(11, dimension)).Value.Graph.Inputs[0].Type.Shape!.Count);
        Assert.Equal(1_200_000, OnnxModel.Read(Wrapped(5, numbers)).Value.Graph.Weights[0].Bytes.Length);

        Assert.True(started.Elapsed < TimeSpan.FromSeconds(20), $"it took {started.Elapsed}");
    }

    [Fact]
    public void Damage_anywhere_is_refused_or_read_but_never_passes_on()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var sound = Everything().ToBytes();
        for (var round = 0; round < 20_000; round++)
        {
            var read = OnnxModel.Read(Damage.Of(sound, random));
            if (read.IsFailure) Assert.Equal(ErrorCode.InvalidArgument, read.Error.Code);
            else Assert.NotEmpty(read.Value.ToBytes());
        }
    }

    private static OnnxModel Everything()
    {
        var model = OnnxHouse.Model();
        (model.Producer, model.ProducerVersion, model.Domain) = ("tester", "1.2", "example.org");
        (model.ModelVersion, model.Description) = (7, "größer");
        model.OperatorSets.Add(new OnnxOperatorSet("ai.onnx.ml", 3));
        model.Metadata.Add(KeyValuePair.Create("owner", ""));
        var number = OnnxType.Tensor(OnnxElementType.Float32, []);
        OnnxType[] types =
        [
            OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "batch"), 2, default(OnnxDimension)),
            OnnxType.Sequence(OnnxType.Map(OnnxElementType.String, number)),
            new(OnnxKind.Optional) { Inner = OnnxType.Tensor(OnnxElementType.Int64, []) },
            new(OnnxKind.Tensor) { ElementType = OnnxElementType.Float32 },
            new(OnnxKind.SparseTensor) { ElementType = OnnxElementType.Float64, Shape = [3] },
            new(OnnxKind.Unknown),
        ];
        model.Graph.Inputs.AddRange(types.Select((type, i) => new OnnxPort($"x{i}", type)));
        model.Graph.Outputs.Add(new OnnxPort("y", number));
        model.Graph.Values.Add(new OnnxPort("v", number));
        model.Graph.Description = "a graph";
        var sparse = new OnnxSparseTensor { Shape = { 9 } };
        sparse.Values.Bytes = OnnxHouse.Bytes(1f);
        (sparse.Values.ElementType, sparse.Indices.ElementType) = (OnnxElementType.Float32, OnnxElementType.Int64);
        var inner = new OnnxGraph { Name = "inner" };
        inner.Add(OnnxNode.Of("Identity", ["x"], ["z"]));
        model.Graph.SparseWeights.Add(sparse);
        model.Graph.Weights.Add(OnnxTensor.Of("w", [2], 1f, 2));
        model.Graph.Weights.Add(new OnnxTensor
        {
            Name = "far", ElementType = OnnxElementType.Float32, Shape = { 2 }, External = new OnnxExternalData("far.bin", 4096, 8),
        });
        model.Graph.Weights.Add(OnnxTensor.Of("words", [2], "", "größer"));
        var lists = new OnnxAttribute { Name = "graphs", Kind = OnnxAttributeKind.Graphs };
        lists.Graphs.AddRange([inner, inner]);
        var types2 = new OnnxAttribute { Name = "types", Kind = OnnxAttributeKind.Types };
        types2.Types.AddRange(types[..2]);
        model.Graph.Add(OnnxNode.Of(
            "Everything", ["x0", "", "w"], ["y"],
            OnnxAttribute.Of("number", 1.5f), OnnxAttribute.Of("integer", -3), OnnxAttribute.Of("text", "text"),
            OnnxAttribute.Of("tensor", OnnxTensor.Of("t", [1], 5L)), OnnxAttribute.Of("integers", [long.MinValue, 0, long.MaxValue]),
            OnnxAttribute.Of("numbers", [1.5f, float.NaN]), OnnxAttribute.Of("texts", ["a", ""]), OnnxAttribute.Of("graph", inner),
            lists, types2,
            new OnnxAttribute { Name = "type", Kind = OnnxAttributeKind.Type, Type = types[1] },
            new OnnxAttribute { Name = "sparse", Kind = OnnxAttributeKind.SparseTensor, SparseTensor = sparse }));
        model.Graph.Nodes[0].Name = "node";
        model.Graph.Nodes[0].Domain = "example.org";
        var function = new OnnxFunction { Name = "f", Domain = "example.org" };
        function.Inputs.Add("a");
        function.Outputs.Add("b");
        function.Nodes.Add(OnnxNode.Of("Identity", ["a"], ["b"]));
        function.OperatorSets.Add(new OnnxOperatorSet("", 13));
        model.Functions.Add(function);
        return model;
    }

    /// <summary>A model whose graph has these messages as fields of this number.</summary>
    private static byte[] Wrapped(int field, params ProtobufWriter[] messages)
    {
        var graph = new ProtobufWriter();
        foreach (var message in messages) graph.Bytes(field, message.Written);
        return Framed(graph.Written);
    }

    private static byte[] Framed(ReadOnlySpan<byte> graph)
    {
        var model = new ProtobufWriter();
        model.Integer(1, 8);
        model.Bytes(7, graph);
        return model.Written.ToArray();
    }

    private static void Refused(byte[] bytes, string words)
    {
        var read = OnnxModel.Read(bytes);
        Assert.True(read.IsFailure);
        Assert.Equal(ErrorCode.InvalidArgument, read.Error.Code);
        Assert.Contains(words, read.Error.Message);
    }
}
