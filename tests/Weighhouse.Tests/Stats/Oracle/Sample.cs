using Weighhouse.Stats;

namespace Weighhouse.Tests.Stats.Oracle;

/// <summary>Made-up rows that repeat with the seed: some scores are equal, as those of real models are.</summary>
internal sealed class Sample
{
    public Sample(ITestOutputHelper output)
    {
        var seed = TestSeed.Same();
        output.WriteLine($"WEIGH_SEED={seed}");
        Random = new CounterRandom((ulong)seed);
    }

    public CounterRandom Random { get; }

    public double[] Uniform(int count) => Of(count, () => Random.NextDouble());

    public double[] Normal(int count, double mean = 0, double deviation = 1) => Of(count, () => mean + deviation * Random.NextNormal());

    public double[] Exponential(int count) => Of(count, () => -Math.Log(Random.NextOpen()));

    public int[] Below(int limit, int count) => Of(count, () => Random.Below(limit));

    public bool[] Coins(int count, double chance = 0.5) => Of(count, () => Random.NextDouble() < chance);

    public T[] Of<T>(int count, Func<T> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    /// <summary>Scores of two decimals that know something of the truth.</summary>
    public double[] Scores(bool[] truth) =>
        [.. truth.Select(isTrue => Math.Clamp(Math.Round(0.5 + (isTrue ? 0.12 : -0.12) + 0.2 * Random.NextNormal(), 2), 0, 1))];

    /// <summary>Rows of probabilities that sum to 1 and know something of the class.</summary>
    public double[] Probabilities(int[] classes, int count)
    {
        var rows = new double[classes.Length * count];
        for (var at = 0; at < classes.Length; at++)
        {
            var row = Of(count, () => Random.NextOpen());
            row[classes[at]] += 0.5;
            var sum = row.Sum();
            for (var kind = 0; kind < count; kind++) rows[at * count + kind] = row[kind] / sum;
        }

        return rows;
    }
}
