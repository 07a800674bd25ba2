using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

/// <summary>What the layers compute, by the definition, in double precision and without any cleverness.</summary>
internal static class PlainLayers
{
    public static float[] Dense(float[] input, float[] weights, float[] bias)
    {
        var (columns, features) = (bias.Length, weights.Length / bias.Length);
        var output = new float[input.Length / features * columns];
        for (var i = 0; i < output.Length; i++)
        {
            var (row, column, sum) = (i / columns, i % columns, (double)bias[i % columns]);
            for (var feature = 0; feature < features; feature++)
                sum += (double)input[row * features + feature] * weights[feature * columns + column];
            output[i] = (float)sum;
        }

        return output;
    }

    public static float[] Softmax(float[] input, int columns) => [.. input.Chunk(columns).SelectMany(row =>
    {
        var powers = row.Select(value => Math.Exp(value - (double)row.Max())).ToArray();
        return powers.Select(power => (float)(power / powers.Sum()));
    })];

    public static IEnumerable<int> ArgMax(float[] input, int columns) => input.Chunk(columns).Select(row => Array.IndexOf(row, row.Max()));

    /// <summary>A square image, channels first.</summary>
    public static float[] Convolution(float[] image, int channels, int size, float[] filters, float[] bias, int kernel, int padding)
    {
        var output = new float[bias.Length * size * size];
        for (var i = 0; i < output.Length; i++)
        {
            var (map, y, x) = (i / (size * size), i / size % size, i % size);
            var sum = (double)bias[map];
            for (var channel = 0; channel < channels; channel++)
                for (var dy = 0; dy < kernel; dy++)
                    for (var dx = 0; dx < kernel; dx++)
                    {
                        var (sourceY, sourceX) = (y + dy - padding, x + dx - padding);
                        if (sourceY < 0 || sourceX < 0 || sourceY >= size || sourceX >= size) continue;
                        sum += (double)image[(channel * size + sourceY) * size + sourceX]
                            * filters[((map * channels + channel) * kernel + dy) * kernel + dx];
                    }

            output[i] = (float)sum;
        }

        return output;
    }

    /// <summary>The largest of each square of two by two.</summary>
    public static float[] MaxPool(float[] maps, int count, int size)
    {
        var half = size / 2;
        var output = new float[count * half * half];
        for (var i = 0; i < output.Length; i++)
        {
            var (map, y, x) = (i / (half * half), i / half % half * 2, i % half * 2);
            float At(int dy, int dx) => maps[(map * size + y + dy) * size + x + dx];
            output[i] = Math.Max(Math.Max(At(0, 0), At(0, 1)), Math.Max(At(1, 0), At(1, 1)));
        }

        return output;
    }

    public static List<TreePlace> Tree(Random random, int features, int depth, int sums)
    {
        var places = new List<TreePlace>();
        Grow(depth);
        return places;

        int Grow(int left)
        {
            var at = places.Count;
            places.Add(TreePlace.End(OnnxHouse.Floats(random, sums)));
            if (left == 0 || (left < depth && random.Next(6) == 0)) return at;
            var (feature, threshold) = (random.Next(features), random.NextSingle() * 2 - 1);
            var (yes, no) = (Grow(left - 1), Grow(left - 1));
            places[at] = TreePlace.Ask(feature, threshold, yes, no);
            return at;
        }
    }

    public static float[] Evaluate(TreeEnsemble forest, float[] row, int sums)
    {
        var total = new double[sums];
        foreach (var tree in forest.Trees)
        {
            var place = tree[0];
            while (place.Feature >= 0) place = tree[row[place.Feature] <= place.Threshold ? place.Yes : place.No];
            for (var i = 0; i < sums; i++) total[i] += place.Weights[i];
        }

        return [.. total.Select(sum => (float)sum)];
    }
}
