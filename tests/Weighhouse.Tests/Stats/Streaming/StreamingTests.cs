using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Streaming;

/// <summary>Summaries of parts, joined in any grouping and order, are the summary of the whole: exactly, or within what they
/// promise.</summary>
public class StreamingTests(ITestOutputHelper output)
{
    [Fact]
    public void Histograms_join_exactly_in_any_order()
    {
        var sample = new Sample(output);
        var edges = FixedHistogram.QuantileEdges(sample.Normal(1000), 32).Value;
        var parts = sample.Of(3, () => sample.Normal(500, 0.3, 2).Append(double.NaN).Append(double.PositiveInfinity).ToArray());
        FixedHistogram Of(params double[][] values)
        {
            var histogram = FixedHistogram.Create(edges).Value;
            foreach (var part in values) histogram.Add(part);
            return histogram;
        }

        FixedHistogram Join(FixedHistogram left, FixedHistogram right)
        {
            left.Add(right);
            return left;
        }

        var whole = Of(parts);
        var leftFirst = Join(Join(Of(parts[0]), Of(parts[1])), Of(parts[2]));
        var rightFirst = Join(Of(parts[2]), Join(Of(parts[1]), Of(parts[0])));
        Assert.Equal(whole.Counts, leftFirst.Counts);
        Assert.Equal(whole.Counts, rightFirst.Counts);
        Assert.Equal((3, 1506), (whole.Missing, whole.Total));
    }

    [Fact]
    public void Every_value_is_in_the_bin_its_edges_say()
    {
        var sample = new Sample(output);
        foreach (var bins in new[] { 1, 2, 3, 7, 32, 33 })
        {
            var edges = FixedHistogram.QuantileEdges(sample.Normal(500), bins).Value;
            foreach (var value in sample.Normal(200, 0, 2).Concat(edges).Append(double.NegativeInfinity).Append(double.PositiveInfinity))
            {
                var histogram = FixedHistogram.Create(edges).Value;
                histogram.Add(value);
                var expected = value == edges[^1] ? edges.Length - 1 : edges.Count(edge => edge <= value);
                Assert.Equal(1, histogram.Counts[expected]);
            }
        }

        foreach (var bins in new[] { 1, 20, 63, 64, 200 })
        {
            var edges = FixedHistogram.QuantileEdges(sample.Normal(5000), bins).Value;
            double[] values = [.. sample.Normal(1003, 0, 2), .. edges, double.NaN, double.NegativeInfinity, double.PositiveInfinity];
            var (together, alone) = (FixedHistogram.Create(edges).Value, FixedHistogram.Create(edges).Value);
            together.Add(values);
            foreach (var value in values) alone.Add(value);
            Assert.Equal(alone.Counts, together.Counts);
            Assert.Equal(1, together.Missing);
        }

        Assert.Contains("Edge 1", FixedHistogram.Create([1, 1]).Error!.Message);
        Assert.Equal(2, FixedHistogram.QuantileEdges([4, 4, 4], 10).Value.Length);
    }

    [Fact]
    public void Quantiles_of_a_sketch_are_within_its_error_also_when_joined()
    {
        var sample = new Sample(output);
        double[] values = [.. sample.Exponential(3000).Select(value => Math.Exp(3 * value) - 5), 0, 0];
        var (whole, left, right) = (new LogBucketSketch(), new LogBucketSketch(), new LogBucketSketch());
        for (var at = 0; at < values.Length; at++)
        {
            whole.Add(values[at]);
            (at % 3 == 0 ? left : right).Add(values[at]);
        }

        left.Add(right);
        Array.Sort(values);
        foreach (var share in new[] { 0, 0.01, 0.25, 0.5, 0.9, 0.999, 1 })
        {
            var exact = values[(int)Math.Floor(share * (values.Length - 1))];
            Assert.Equal(whole.Quantile(share).Value, left.Quantile(share).Value);
            Assert.InRange(whole.Quantile(share).Value, exact - Math.Abs(exact) * whole.RelativeError, exact
                + Math.Abs(exact) * whole.RelativeError);
        }

        Assert.False(new LogBucketSketch().Quantile(0.5).IsDefined);
    }

    [Fact]
    public void A_full_sketch_joins_its_smallest_buckets_only()
    {
        var sketch = new LogBucketSketch(4, bucketsMax: 64);
        for (var power = -300; power <= 300; power++) sketch.Add(Math.Pow(10, power));

        Assert.Equal((64, 601), (sketch.Buckets, sketch.Count));
        Assert.Equal(1e300, sketch.Quantile(1).Value, 1e300 * sketch.RelativeError);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public void Distinct_values_are_counted_within_five_errors_and_join(int distinct)
    {
        var sample = new Sample(output);
        var offset = sample.Random.Below(1 << 30);
        var (whole, left, right) = (new DistinctCounter(), new DistinctCounter(), new DistinctCounter());
        for (var at = 0; at < distinct; at++)
        {
            whole.Add((double)(at + offset));
            whole.Add((double)(at + offset));
            if (at % 2 == 0) left.Add((double)(at + offset));
            if (at % 3 != 0 || at % 2 != 0) right.Add((double)(at + offset));
        }

        left.Add(right);
        left.Add(right);
        Assert.Equal(whole.Registers, left.Registers);
        // Of few values two may fall into one place, whatever the error of many is.
        var slack = Math.Max(3, 5 * whole.RelativeError * distinct);
        Assert.InRange(whole.Estimate(), distinct - slack, distinct + slack);
    }

    [Fact]
    public void Strings_and_numbers_are_hashed_the_same_in_every_year()
    {
        Assert.Equal(ValueHash.Of(0.0), ValueHash.Of(-0.0));
        Assert.Equal(16130330819517770959UL, ValueHash.Of("weighhouse"));
        Assert.Equal(0, new DistinctCounter().Estimate());
    }

    [Fact]
    public void Frequent_values_are_never_missed_and_never_off_by_more_than_told()
    {
        var sample = new Sample(output);
        var (truth, parts) = (new Dictionary<int, long>(), sample.Of(4, () => new HeavyHitters<int>(32)));
        for (var at = 0; at < 20_000; at++)
        {
            // Zipf-like: value v comes with a chance of about 1/v².
            var value = (int)(1 / sample.Random.NextOpen());
            truth[value] = truth.GetValueOrDefault(value) + 1;
            parts[at % 4].Add(value);
        }

        var joined = parts[0];
        foreach (var part in parts[1..]) joined.Add(part);
        Assert.Equal(20_000, joined.Total);
        foreach (var (value, count, error) in joined.Entries) Assert.InRange(truth.GetValueOrDefault(value), count - error, count);
        var kept = joined.Entries.Select(entry => entry.Value).ToHashSet();
        Assert.All(truth.Where(pair => pair.Value > 20_000 / 32), pair => Assert.Contains(pair.Key, kept));
        Assert.All(truth.Where(pair => !kept.Contains(pair.Key)), pair => Assert.True(pair.Value <= joined.LargestMissed));
    }

    [Fact]
    public void Moments_join_to_those_of_the_whole_and_count_what_is_no_number()
    {
        var sample = new Sample(output);
        double[] values = [.. sample.Normal(999, 1e6), double.NaN, double.NegativeInfinity];
        var parts = sample.Of(3, () => new RunningMoments());
        for (var at = 0; at < values.Length; at++) parts[at % 3].Add(values[at]);
        var (left, right) = (parts[0], parts[1]);
        left.Add(parts[1]);
        left.Add(parts[2]);
        right.Add(parts[2]);
        var outer = parts[0];
        outer.Add(right);

        Tolerance.Check(left.Mean, Sums.Mean(values.AsSpan(0, 999)), 1e-14);
        Tolerance.Check(left.Variance, Sums.Variance(values.AsSpan(0, 999)), 1e-8);
        Tolerance.Check(outer.Variance, left.Variance, 1e-9);
        Assert.Equal((999, 1, 1), (left.Count, left.NaNs, left.Infinities));
        Assert.Equal((values[..999].Min(), values[..999].Max()), (outer.Minimum, outer.Maximum));
        var empty = new RunningMoments();
        empty.Add(new RunningMoments());
        Assert.True(double.IsNaN(empty.Variance));
    }

    [Fact]
    public void A_reservoir_holds_every_value_equally_often()
    {
        var sample = new Sample(output);
        var (counts, rounds) = (new int[50], 6000);
        for (var round = 0; round < rounds; round++)
        {
            var reservoir = new Reservoir<int>(5, sample.Random.Stream((ulong)round));
            for (var at = 0; at < 50; at++) reservoir.Add(at);
            foreach (var (value, _) in reservoir.Kept) counts[value]++;
        }

        var reach = 5 * Math.Sqrt(rounds * 0.1 * 0.9);
        Assert.All(counts, count => Assert.InRange(count, rounds * 0.1 - reach, rounds * 0.1 + reach));
    }

    [Fact]
    public void Reservoirs_of_parts_join_to_the_same_sample_in_any_order_and_stay_even()
    {
        var sample = new Sample(output);
        var (fromFirst, rounds) = (0, 3000);
        for (var round = 0; round < rounds; round++)
        {
            Reservoir<int> Part(int from, int count, ulong stream)
            {
                var part = new Reservoir<int>(8, sample.Random.Stream(stream + 1000));
                for (var at = 0; at < count; at++) part.Add(from + at);
                return part;
            }

            var seed = (ulong)(3 * round);
            Reservoir<int>[] Parts() => [Part(0, 30, seed), Part(100, 5, seed + 1), Part(200, 85, seed + 2)];
            var (left, right) = (Parts(), Parts());
            left[0].Add(left[1]);
            left[0].Add(left[2]);
            right[1].Add(right[0]);
            right[2].Add(right[1]);
            Assert.Equal(left[0].Kept, right[2].Kept);
            Assert.Equal(120, left[0].Seen);
            fromFirst += left[0].Kept.Count(item => item.Value < 100);
        }

        // 30 of 120 values: two of eight places, drawn without putting back.
        Assert.InRange(fromFirst / (double)rounds, 2 - 5 * Math.Sqrt(1.5 * 112 / 119 / rounds), 2
            + 5 * Math.Sqrt(1.5 * 112 / 119 / rounds));
    }
}
