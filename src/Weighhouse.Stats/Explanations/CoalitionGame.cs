using System.Numerics;

namespace Weighhouse.Stats;

/// <summary>What the model says on average when some features are the row's and the others those of each background row.</summary>
internal sealed class CoalitionGame
{
    private readonly double[] _row;
    private readonly double[] _background;
    private readonly RowPredictor _predictor;
    private readonly double[] _mixed;
    private readonly double[] _outputs;

    public CoalitionGame(ReadOnlySpan<double> row, ReadOnlySpan<double> background, RowPredictor predictor)
    {
        (_row, _background, _predictor) = (row.ToArray(), background.ToArray(), predictor);
        (_mixed, _outputs) = (new double[background.Length], new double[background.Length / row.Length]);
    }

    public long Asked { get; private set; }

    public double Value(ulong coalition)
    {
        for (var at = 0; at < _mixed.Length; at++)
        {
            var feature = at % _row.Length;
            _mixed[at] = (coalition >> feature & 1) != 0 ? _row[feature] : _background[at];
        }

        _predictor(_mixed, _outputs);
        Asked += _outputs.Length;
        return Sums.Mean(_outputs);
    }
}

/// <summary>Which combinations KernelSHAP looks at, and how much each counts.</summary>
internal static class CoalitionSample
{
    public static Dictionary<ulong, double> Draw(int features, int budget, CounterRandom random)
    {
        var sample = new Dictionary<ulong, double>();
        var all = (1UL << features) - 1;
        // The weight of all combinations of a size and of the opposite size together; sizes in the middle have no opposite.
        var weights = Enumerable.Range(1, features / 2)
            .Select(size => (features - 1.0) / (size * (features - size)) * (2 * size == features ? 1 : 2)).ToArray();
        var left = budget;
        var taken = 0;
        for (; taken < weights.Length; taken++)
        {
            var size = taken + 1;
            var count = Choose(features, size) * (2 * size == features ? 1 : 2);
            if (count > left) break;
            foreach (var coalition in OfSize(features, size))
            {
                sample[coalition] = weights[taken] / count;
                sample[all ^ coalition] = weights[taken] / count;
            }

            left -= (int)count;
        }

        if (taken < weights.Length) DrawRest(features, weights.AsSpan(taken), taken + 1, left / 2, sample, random);
        return sample;
    }

    private static void DrawRest(
        int features, ReadOnlySpan<double> weights, int firstSize, int pairs, Dictionary<ulong, double> sample, CounterRandom random)
    {
        var all = (1UL << features) - 1;
        var rest = Sums.Of(weights);
        var drawn = new Dictionary<ulong, double>();
        var order = Enumerable.Range(0, features).ToArray();
        for (var pair = 0; pair < pairs; pair++)
        {
            var place = random.NextDouble() * rest;
            var size = 0;
            while (size < weights.Length - 1 && place >= weights[size]) place -= weights[size++];
            random.Shuffle<int>(order);
            var coalition = 0UL;
            for (var at = 0; at < firstSize + size; at++) coalition |= 1UL << order[at];
            drawn[coalition] = drawn.GetValueOrDefault(coalition) + 1;
            drawn[all ^ coalition] = drawn.GetValueOrDefault(all ^ coalition) + 1;
        }

        foreach (var (coalition, times) in drawn) sample[coalition] = times * rest / (2 * pairs);
    }

    /// <summary>Gosper's next number with as many bits.</summary>
    private static IEnumerable<ulong> OfSize(int features, int size)
    {
        for (var coalition = (1UL << size) - 1; coalition < 1UL << features;)
        {
            yield return coalition;
            var lowest = coalition & (~coalition + 1);
            var ripple = coalition + lowest;
            coalition = ripple | ((coalition ^ ripple) >> (BitOperations.TrailingZeroCount(lowest) + 2));
        }
    }

    private static double Choose(int from, int count)
    {
        var ways = 1.0;
        for (var at = 1; at <= count; at++) ways = Math.Round(ways * (from - count + at) / at);
        return ways;
    }
}
