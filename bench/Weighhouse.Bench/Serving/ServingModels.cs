using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Bench.Serving;

/// <summary>A model, and one row for it.</summary>
/// <param name="Shape">Of one row.</param>
internal sealed record BenchModel(string Name, byte[] Onnx, long[] Shape, int Outputs)
{
    public int RowLength { get; } = (int)Shape.Aggregate(1L, static (product, size) => product * size);

    public float[] Rows(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count * RowLength).Select(_ => MathF.Round(random.NextSingle() * 8, 2))];
    }
}

/// <summary>The three sizes of model that servers are compared by: next to nothing, small, and one whose input is an image.</summary>
internal static class ServingModels
{
    public static BenchModel Regression() => new(
        "regression",
        new LayerStack("x", 4).Dense(Weights(12), Weights(3)).Softmax().Output("y", 3).ToModel().ToBytes(),
        [4],
        3);

    public static BenchModel Perceptron() => new(
        "perceptron",
        new LayerStack("x", 784)
            .Dense(Weights(784 * 256), Weights(256)).Relu().Dense(Weights(256 * 128), Weights(128)).Relu()
            .Dense(Weights(128 * 10), Weights(10)).Softmax().Output("y", 10).ToModel().ToBytes(),
        [784],
        10);

    /// <summary>The first layers of a residual network, as far as what they cost is concerned.</summary>
    public static BenchModel Image() => new(
        "image",
        new LayerStack("x", 3, 224, 224)
            .Convolution(Weights(64 * 3 * 49), [64, 3, 7, 7], Weights(64), stride: 2, padding: 3).Relu().MaxPool(2, 2)
            .Convolution(Weights(64 * 64 * 9), [64, 64, 3, 3], Weights(64), padding: 1).Relu()
            .Convolution(Weights(64 * 64 * 9), [64, 64, 3, 3], Weights(64), padding: 1).Relu()
            .Convolution(Weights(128 * 64 * 9), [128, 64, 3, 3], Weights(128), stride: 2, padding: 1).Relu().MaxPool(4, 4)
            .Flatten().Dense(Weights(128 * 7 * 7 * 10), Weights(10)).Softmax().Output("y", 10).ToModel().ToBytes(),
        [3, 224, 224],
        10);

    private static float[] Weights(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 8)];
    }
}
