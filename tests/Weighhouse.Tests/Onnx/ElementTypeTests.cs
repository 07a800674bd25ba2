using System.Runtime.InteropServices;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

public class ElementTypeTests
{
    [Fact]
    public void Numbers_of_every_width_pass_through_a_model_unchanged()
    {
        Check(OnnxElementType.Float32, 1.5f, float.NaN, float.NegativeInfinity, float.Epsilon);
        Check(OnnxElementType.Float64, 1.5, double.MaxValue, -0.0);
        Check<byte>(OnnxElementType.UInt8, 0, 1, 255);
        Check<sbyte>(OnnxElementType.Int8, -128, 0, 127);
        Check<ushort>(OnnxElementType.UInt16, 0, 1, 65535);
        Check<short>(OnnxElementType.Int16, short.MinValue, -1, short.MaxValue);
        Check(OnnxElementType.Int32, int.MinValue, -1, int.MaxValue);
        Check(OnnxElementType.Int64, long.MinValue, -1L, long.MaxValue);
        Check(OnnxElementType.UInt32, 0u, uint.MaxValue);
        Check(OnnxElementType.UInt64, 0UL, ulong.MaxValue);
        Check(OnnxElementType.Bool, true, false, true);
        Check(OnnxElementType.Float16, (Half)1.5f, Half.MaxValue, Half.NaN);
        Check(OnnxElementType.BFloat16, BFloat16.FromSingle(1.5f), BFloat16.FromSingle(float.PositiveInfinity));
    }

    [Theory]
    [InlineData(OnnxElementType.Float8E4M3FN)]
    [InlineData(OnnxElementType.Float8E4M3FNUZ)]
    [InlineData(OnnxElementType.Float8E5M2)]
    [InlineData(OnnxElementType.Float8E5M2FNUZ)]
    public void Numbers_of_eight_bits_pass_through_a_model_unchanged(OnnxElementType type) =>
        Check<byte>(type, opset: 19, irVersion: 9, [0, 1, 0x38, 0x7E, 0xBC]);

    [Theory]
    [InlineData(OnnxElementType.Int4)]
    [InlineData(OnnxElementType.UInt4)]
    public void Numbers_of_four_bits_lie_two_to_a_byte(OnnxElementType type)
    {
        var model = OnnxHouse.Identity(type, opset: 21, irVersion: 10);
        model.Graph.Nodes.Clear();
        model.Graph.Weights.Add(OnnxTensor.Of("scale", [], 0.5f));
        model.Graph.Add(OnnxNode.Of("DequantizeLinear", ["x", "scale"], ["y"]));
        model.Graph.Outputs[0] = new OnnxPort("y", OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "n")));
        using var session = OnnxHouse.Load(model);
        using var call = session.NewCall();

        // Five elements take three bytes, the lower half of each first.
        Assert.False(call.SetInput(0, new byte[] { 0x21, 0x43, 0x05 }, 5).IsFailure);
        Assert.False(call.Run().IsFailure);

        Assert.Equal([0.5f, 1, 1.5f, 2, 2.5f], call.Output(0).As<float>().ToArray());
        using var packed = OnnxHouse.Runtime.Tensor<byte>(type, [3], 0x21, 0x03).Value;
        Assert.Equal([0x21, 0x03], packed.As<byte>().ToArray());
    }

    [Fact]
    public void Strings_pass_with_every_character_and_zeros()
    {
        string[] texts = ["", "plain", "größer", "中文", "👩‍🚀", "with\0zero", new string('x', 100_000)];
        using var session = OnnxHouse.Load(OnnxHouse.Identity(OnnxElementType.String));
        using var input = OnnxHouse.Runtime.Texts([7], texts).Value;

        Assert.Equal(texts, input.Texts());
        var outputs = session.Run(new Dictionary<string, OnnxValue> { ["x"] = input }).Value;
        using var output = Assert.Single(outputs);

        Assert.Equal((OnnxKind.Tensor, OnnxElementType.String, 7L), (output.Kind, output.ElementType, output.Count));
        Assert.Equal(texts, output.Texts());
        Assert.True(output.Bytes.IsEmpty);
    }

    [Fact]
    public void A_tensor_of_no_elements_is_a_tensor()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Identity(OnnxElementType.Float32));
        using var call = session.NewCall();

        Assert.False(call.SetInput(0, Memory<byte>.Empty, 0).IsFailure);
        Assert.False(call.Run().IsFailure);

        Assert.Equal([0L], call.Output(0).Shape.ToArray());
        Assert.True(call.Output(0).Bytes.IsEmpty);
        using var texts = OnnxHouse.Runtime.Texts([0]).Value;
        Assert.Empty(texts.Texts());
    }

    [Fact]
    public void Brain_floats_round_to_the_nearest_and_ties_to_even()
    {
        Assert.Equal(1f, BFloat16.FromSingle(1f).ToSingle());
        // Between 1 and 1 + 2^-7 lies the half of the last place: to even, which is 1; above it, up.
        Assert.Equal(1f, BFloat16.FromSingle(1f + 1f / 256).ToSingle());
        Assert.Equal(1f + 1f / 128, BFloat16.FromSingle(1f + 1.01f / 256).ToSingle());
        Assert.Equal(1f + 2f / 128, BFloat16.FromSingle(1f + 3f / 256).ToSingle());
        Assert.True(float.IsNaN(BFloat16.FromSingle(BitConverter.UInt32BitsToSingle(0x7F800001)).ToSingle()));
        Assert.Equal(float.PositiveInfinity, BFloat16.FromSingle(float.MaxValue).ToSingle());
    }

    [Fact]
    public void Counts_that_no_memory_holds_are_told()
    {
        Assert.Equal(24, OnnxElementTypes.CountOf([2, 3, 4]));
        Assert.Equal(1, OnnxElementTypes.CountOf([]));
        Assert.Equal(0, OnnxElementTypes.CountOf([long.MaxValue, long.MaxValue, 0]));
        Assert.Equal(-1, OnnxElementTypes.CountOf([0, -1]));
        Assert.Equal(-1, OnnxElementTypes.CountOf([1L << 32, 1L << 31]));
        Assert.Equal(-1, OnnxElementTypes.CountOf([-2, -3]));
        Assert.Equal(-1, OnnxElementType.Float64.BytesOf(long.MaxValue));
        Assert.Equal(-1, OnnxElementType.String.BytesOf(1));
        Assert.Equal(2, OnnxElementType.Int4.BytesOf(3));
    }

    private static void Check<T>(OnnxElementType type, params T[] values)
        where T : unmanaged => Check(type, 13, 8, values);

    private static void Check<T>(OnnxElementType type, long opset, long irVersion, T[] values)
        where T : unmanaged
    {
        using var session = OnnxHouse.Load(OnnxHouse.Identity(type, opset, irVersion));
        Assert.Equal($"{type}[n]", session.Inputs[0].Type.ToString());
        using var input = OnnxHouse.Runtime.Tensor(type, [values.Length], values).Value;
        Assert.Equal(values, input.As<T>().ToArray());

        var outputs = session.Run(new Dictionary<string, OnnxValue> { ["x"] = input }).Value;
        using var output = Assert.Single(outputs);

        Assert.Equal((OnnxKind.Tensor, type, (long)values.Length), (output.Kind, output.ElementType, output.Count));
        Assert.Equal([values.Length], output.Shape.ToArray());
        Assert.Equal(MemoryMarshal.AsBytes<T>(values).ToArray(), output.Bytes.ToArray());
    }
}
