using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

/// <summary>The graphs we write mean what we say: the runtime's numbers are those of plain loops.</summary>
public sealed class ParityTests(ITestOutputHelper output)
{
    private const float Tolerance = 2e-5f;

    [Fact]
    public void A_softmax_regression_with_words_for_classes()
    {
        var random = Seeded();
        var (weights, bias) = (OnnxHouse.Floats(random, 4 * 3), OnnxHouse.Floats(random, 3));
        var (mean, scale) = (OnnxHouse.Floats(random, 4), OnnxHouse.Floats(random, 4));
        var stack = new LayerStack("features", 4).Normalize(mean, scale).Dense(weights, bias).Softmax()
            .Output("probabilities", 3).Label("class", "ape", "bee", "cat");
        var input = OnnxHouse.Floats(random, 5 * 4, scale: 3);

        using var session = OnnxHouse.Load(stack.ToModel());
        using var features = OnnxHouse.Runtime.Tensor(OnnxElementType.Float32, [5, 4], input).Value;
        var outputs = session.Run(new Dictionary<string, OnnxValue> { ["features"] = features }).Value;

        var normal = input.Select((value, i) => (value - mean[i % 4]) * scale[i % 4]).ToArray();
        var expected = PlainLayers.Softmax(PlainLayers.Dense(normal, weights, bias), 3);
        AssertClose(expected, outputs[0].As<float>());
        Assert.Equal(PlainLayers.ArgMax(expected, 3).Select(at => new[] { "ape", "bee", "cat" }[at]), outputs[1].Texts());
        foreach (var each in outputs) each.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    public void A_perceptron(int rows)
    {
        var random = Seeded();
        var (w1, b1) = (OnnxHouse.Floats(random, 20 * 16, 0.3f), OnnxHouse.Floats(random, 16));
        var (w2, b2) = (OnnxHouse.Floats(random, 16 * 8, 0.3f), OnnxHouse.Floats(random, 8));
        var (w3, b3) = (OnnxHouse.Floats(random, 8 * 5, 0.3f), OnnxHouse.Floats(random, 5));
        var stack = new LayerStack("x", 20).Dense(w1, b1).Relu().Dense(w2, b2).Tanh().Dense(w3, b3).Sigmoid().Output("y", 5).Label("label");
        var input = OnnxHouse.Floats(random, rows * 20);

        using var session = OnnxHouse.Load(stack.ToModel());
        using var call = session.NewCall();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes<float>(input), rows, 20).IsFailure);
        Assert.False(call.Run().IsFailure);

        var hidden = PlainLayers.Dense(input, w1, b1).Select(value => Math.Max(0, value)).ToArray();
        hidden = PlainLayers.Dense(hidden, w2, b2).Select(MathF.Tanh).ToArray();
        var expected = PlainLayers.Dense(hidden, w3, b3).Select(value => 1 / (1 + MathF.Exp(-value))).ToArray();
        AssertClose(expected, call.Output(0).As<float>());
        Assert.Equal([rows, 5L], call.Output(0).Shape.ToArray());
        Assert.Equal(PlainLayers.ArgMax(expected, 5).Select(at => (long)at), call.Output(1).As<long>().ToArray());
    }

    [Fact]
    public void A_convolutional_network()
    {
        var random = Seeded();
        var (filters, bias) = (OnnxHouse.Floats(random, 6 * 2 * 3 * 3, 0.4f), OnnxHouse.Floats(random, 6));
        var (weights, offsets) = (OnnxHouse.Floats(random, 6 * 4 * 4 * 3, 0.2f), OnnxHouse.Floats(random, 3));
        var stack = new LayerStack("image", 2, 8, 8).Convolution(filters, [6, 2, 3, 3], bias, padding: 1).Relu().MaxPool(2, 2).Flatten()
            .Dense(weights, offsets).Softmax().Output("y", 3);
        var input = OnnxHouse.Floats(random, 3 * 2 * 8 * 8);

        using var session = OnnxHouse.Load(stack.ToModel());
        using var call = session.NewCall();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes<float>(input), 3, 2, 8, 8).IsFailure);
        Assert.False(call.Run().IsFailure);

        var expected = new List<float>();
        foreach (var image in input.Chunk(2 * 8 * 8))
        {
            var maps = PlainLayers.Convolution(image, 2, 8, filters, bias, kernel: 3, padding: 1);
            var pooled = PlainLayers.MaxPool([.. maps.Select(value => Math.Max(0, value))], 6, 8);
            expected.AddRange(PlainLayers.Softmax(PlainLayers.Dense(pooled, weights, offsets), 3));
        }

        AssertClose([.. expected], call.Output(0).As<float>());
    }

    [Fact]
    public void A_forest_that_classifies_and_one_that_adds_up()
    {
        var random = Seeded();
        var trees = Enumerable.Range(0, 20).Select(_ => PlainLayers.Tree(random, features: 6, depth: 4, sums: 3));
        var forest = new TreeEnsemble(6, [.. trees]);
        var input = OnnxHouse.Floats(random, 40 * 6);
        var sums = input.Chunk(6).SelectMany(row => PlainLayers.Evaluate(forest, row, 3)).ToArray();

        using var classifier = OnnxHouse.Load(forest.ToClassifier(3, softmax: true));
        using var call = classifier.NewCall();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes<float>(input), 40, 6).IsFailure);
        Assert.False(call.Run().IsFailure);
        AssertClose(PlainLayers.Softmax(sums, 3), call.Output(1).As<float>());
        Assert.Equal(PlainLayers.ArgMax(sums, 3).Select(at => (long)at), call.Output(0).As<long>().ToArray());

        using var regressor = OnnxHouse.Load(forest.ToRegressor(3));
        using var adding = regressor.NewCall();
        Assert.False(adding.SetInput(0, OnnxHouse.Bytes<float>(input), 40, 6).IsFailure);
        Assert.False(adding.Run().IsFailure);
        AssertClose(sums, adding.Output(0).As<float>());
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Tolerance * Math.Max(1, Math.Abs(expected[i])));
    }

    private Random Seeded()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
