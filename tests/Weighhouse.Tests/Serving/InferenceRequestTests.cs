using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Tests.Serving;

public sealed class InferenceRequestTests
{
    private static readonly ServedVersion Version = new(
        "default",
        "d",
        "m",
        3,
        "onnx",
        new ModelShape(
            [new PortShape("x", ElementType.Float32, [-1, 2]), new PortShape("名", ElementType.Text, [-1])],
            [new PortShape("y", ElementType.Float32, [-1])]),
        new Dictionary<string, string>());

    [Fact]
    public void Names_are_found_by_their_bytes()
    {
        Assert.Equal(0, Version.Shape.FindInput("x"u8));
        Assert.Equal(1, Version.Shape.FindInput("名"u8));
        Assert.Equal(-1, Version.Shape.FindInput("y"u8));
        Assert.Equal(0, Version.Shape.FindOutput("y"u8));
        Assert.Equal("3", Version.VersionText);
    }

    [Theory]
    [InlineData(new long[] { }, 1)]
    [InlineData(new long[] { 2, 3 }, 6)]
    [InlineData(new long[] { 2, 0, long.MaxValue, long.MaxValue }, 0)]
    [InlineData(new long[] { 0, -1 }, -1)]
    [InlineData(new[] { 1L << 31 }, -1)]
    [InlineData(new[] { 1L << 16, 1L << 16, 1L << 16, 1L << 16, 1L << 16 }, -1)]
    [InlineData(new[] { (1L << 31) - 1 }, int.MaxValue)]
    public void A_shape_that_no_request_can_fill_has_no_count(long[] shape, int count) =>
        Assert.Equal(count, ElementTypes.CountOf(shape));

    [Fact]
    public void What_is_set_is_seen_and_what_is_owned_goes_with_the_request()
    {
        var (lease, body) = (new Counted(), new Counted());
        var request = new InferenceRequest(Version, lease);
        request.Own(body);
        var bytes = request.Rent(16);
        bytes.Span.Fill(1);
        request.Set(0, ElementType.Float32, [2, 2], bytes);
        var slices = request.RentSlices(2);
        (slices.Span[0], slices.Span[1]) = (new TextSlice(1, 2), new TextSlice(4, 0));
        request.SetTexts(1, [1, 1, 1, 1, 1, 1, 2], "abcd"u8.ToArray(), slices);

        Assert.Equal(4, request.Input(0).Count);
        Assert.Equal(BitConverter.Int32BitsToSingle(0x01010101), request.Input(0).As<float>()[3]);
        Assert.Equal([1, 1, 1, 1, 1, 1, 2], request.Input(1).Shape.ToArray());
        Assert.Equal("bc"u8, request.Input(1).Text(0));
        Assert.Equal(""u8, request.Input(1).Text(1));
        Assert.Throws<InvariantException>(() => request.Set(0, ElementType.Float32, [3], bytes));

        request.Dispose();
        request.Dispose();
        Assert.Equal((1, 1), (lease.Count, body.Count));
    }

    [Theory]
    [InlineData(new long[] { 5, 2 }, true)]
    [InlineData(new long[] { 0, 2 }, true)]
    [InlineData(new long[] { 5, 3 }, false)]
    [InlineData(new long[] { 2 }, false)]
    public void A_port_accepts_what_its_free_dimensions_allow(long[] shape, bool accepted) =>
        Assert.Equal(accepted, Version.Shape.Inputs[0].Accepts(shape));

    [Fact]
    public void A_prediction_has_a_name_of_32_digits()
    {
        var id = new PredictionId(0x0123456789abcdef, 255);
        Span<byte> text = stackalloc byte[PredictionId.Length];
        id.Format(text);
        Assert.Equal("0123456789abcdef00000000000000ff", id.ToString());
        Assert.Equal("0123456789abcdef00000000000000ff"u8, text);
    }

    private sealed class Counted : IDisposable
    {
        public int Count { get; private set; }

        public void Dispose() => Count++;
    }
}
