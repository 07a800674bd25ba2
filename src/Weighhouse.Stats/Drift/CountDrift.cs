using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// How far two rows of counts over the same places lie apart: bins of numbers, categories, missing values as a place of their own. Places
/// that neither side uses do not count.
/// </summary>
public static class CountDrift
{
    private const string Empty = "one of the two sides has no rows";
    /// <summary>Fewer rows than this that chance would put in a place make its part of the index far from χ².</summary>
    private const double ExpectedMin = 5;

    private const string OnePlace = "all rows are in one and the same place";

    /// <summary>
    /// The population stability index, Σ (p − q) ln (p/q), with half a row added everywhere so that an empty place is not infinitely far
    /// (Jeffreys). 0.1 and 0.25 are the bands people know, and say nothing of chance: see <see cref="PopulationStabilityTest"/>.
    /// </summary>
    public static Figure PopulationStability(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (!Totals(reference, current, out var first, out var second)) return Figure.Undefined(Empty);
        var half = Used(reference, current) / 2.0;
        var (ofReference, ofCurrent) = (1 / (first + half), 1 / (second + half));
        // No term is below 0, so that nothing cancels out and a plain sum keeps its digits.
        var sum = 0.0;
        for (var at = 0; at < reference.Length; at++)
        {
            if (reference[at] + current[at] == 0) continue;
            var (p, q) = ((current[at] + 0.5) * ofCurrent, (reference[at] + 0.5) * ofReference);
            sum += (p - q) * Math.Log(p / q);
        }

        return sum;
    }

    /// <summary>
    /// Whether that index is more than chance: n·m/(n + m) of it is χ² with one degree fewer than places when nothing drifts. That takes
    /// some rows in each place, so places where chance alone would put fewer than 5 on the smaller side are tested as one.
    /// </summary>
    public static TestResult PopulationStabilityTest(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (!Totals(reference, current, out var first, out var second)) return TestResult.Undefined("psi", Empty);
        var (left, right) = Joined(reference, current, ExpectedMin * (first + second) / Math.Min(first, second));
        var places = Used(left, right);
        if (places < 2) return TestResult.Undefined("psi", OnePlace);
        var index = PopulationStability(left, right).Value;
        var statistic = first / (first + second) * second * index;
        return new TestResult("psi", index, ChiSquaredDistribution.Survival(statistic, places - 1), places - 1);
    }

    /// <summary>The index that a window without drift passes with the given chance only.</summary>
    public static double PopulationStabilityLimit(long reference, long current, int places, double chance)
    {
        Invariant.That(reference > 0 && current > 0 && places > 1);
        return ChiSquaredDistribution.UpperQuantile(chance, places - 1) * (reference + (double)current) / ((double)reference * current);
    }

    /// <summary>Pearson's χ² of the table with two rows, without a correction for continuity.</summary>
    /// <param name="expectedMin">
    /// Places where chance would put fewer rows than this on the smaller side are tested as one; 0 for the textbook's test. With many rare
    /// categories take 5, or small p-values come too often; give values that the reference never had a test of their own (<see
    /// cref="TwoShares"/>).
    /// </param>
    public static TestResult ChiSquared(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double expectedMin = 0) =>
        OfTable("chi-squared", reference, current, expectedMin, static (observed, expected) =>
            (observed - expected) * (observed - expected) / expected);

    /// <summary>The likelihood ratio of the same table.</summary>
    /// <inheritdoc cref="ChiSquared"/>
    public static TestResult GTest(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double expectedMin = 0) =>
        OfTable("g", reference, current, expectedMin, static (observed, expected) => observed == 0 ? 0
            : 2 * observed * Math.Log(observed / expected));

    /// <summary>How strongly side and place hang together, from 0 to 1, with what chance alone would give taken out (Bergsma
    /// 2013).</summary>
    public static Figure CramerV(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var test = ChiSquared(reference, current);
        if (!test.IsDefined) return Figure.Undefined(test.Reason!);
        _ = Totals(reference, current, out var first, out var second);
        var (rows, places) = (first + second, Used(reference, current));
        var phi = Math.Max(0, test.Statistic / rows - (places - 1) / (rows - 1));
        var width = places - (places - 1.0) * (places - 1) / (rows - 1);
        var height = 2 - 1 / (rows - 1);
        return Math.Sqrt(phi / (Math.Min(width, height) - 1));
    }

    /// <summary>Jensen and Shannon's distance: the root of the divergence in bits, from 0 to 1.</summary>
    public static Figure JensenShannon(ReadOnlySpan<long> reference, ReadOnlySpan<long> current) =>
        OfShares(reference, current, static (p, q) =>
    {
        var middle = (p + q) / 2;
        return (p == 0 ? 0 : p * Math.Log2(p / middle) / 2) + (q == 0 ? 0 : q * Math.Log2(q / middle) / 2);
    }).Map(divergence => Math.Sqrt(Math.Max(0, divergence)));

    /// <summary>Hellinger's distance, from 0 to 1.</summary>
    public static Figure Hellinger(ReadOnlySpan<long> reference, ReadOnlySpan<long> current) =>
        OfShares(reference, current, static (p, q) => Math.Pow(Math.Sqrt(p) - Math.Sqrt(q), 2) / 2).Map(Math.Sqrt);

    /// <summary>Half the sum of differences of shares: the largest difference of any set of places.</summary>
    public static Figure TotalVariation(ReadOnlySpan<long> reference, ReadOnlySpan<long> current) =>
        OfShares(reference, current, static (p, q) => Math.Abs(p - q) / 2);

    /// <summary>The largest difference of shares of one place (L∞).</summary>
    public static Figure LargestDifference(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (!Totals(reference, current, out var first, out var second)) return Figure.Undefined(Empty);
        var largest = 0.0;
        for (var at = 0; at < reference.Length; at++)
            largest = Math.Max(largest, Math.Abs(reference[at] / first - current[at] / second));
        return largest;
    }

    /// <summary>Kullback and Leibler's divergence of the current from the reference, in nats.</summary>
    public static Figure KullbackLeibler(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        for (var at = 0; at < reference.Length; at++)
            if (reference[at] == 0 && current[at] > 0) return Figure.Undefined($"place {at} is new: the divergence is infinite");
        return OfShares(current, reference, static (p, q) => p == 0 ? 0 : p * Math.Log(p / q));
    }

    /// <summary>Whether two shares differ: the z-test with pooled variance. χ² of a table of two places, with a sign.</summary>
    public static TestResult TwoShares(long referenceHits, long reference, long currentHits, long current)
    {
        if (reference == 0 || current == 0) return TestResult.Undefined("two shares", Empty);
        var pooled = (referenceHits + (double)currentHits) / (reference + (double)current);
        var error = Math.Sqrt(pooled * (1 - pooled) * (1.0 / reference + 1.0 / current));
        if (error == 0) return TestResult.Undefined("two shares", OnePlace);
        var statistic = (currentHits / (double)current - referenceHits / (double)reference) / error;
        return new TestResult("two shares", statistic, NormalDistribution.TwoSided(statistic));
    }

    /// <summary>The same with all places of fewer rows than that, of both sides together, as one.</summary>
    private static (long[] Reference, long[] Current) Joined(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double rowsMin)
    {
        var (left, right) = (new List<long>(), new List<long>());
        var (leftRest, rightRest) = (0L, 0L);
        for (var at = 0; at < reference.Length; at++)
        {
            if (reference[at] + current[at] < rowsMin)
            {
                (leftRest, rightRest) = (leftRest + reference[at], rightRest + current[at]);
                continue;
            }

            left.Add(reference[at]);
            right.Add(current[at]);
        }

        if (leftRest + rightRest >= rowsMin || left.Count == 0) return ([.. left, leftRest], [.. right, rightRest]);
        // What is left over is still too little to stand alone: the smallest of the others takes it in.
        var smallest = Enumerable.Range(0, left.Count).MinBy(at => left[at] + right[at]);
        (left[smallest], right[smallest]) = (left[smallest] + leftRest, right[smallest] + rightRest);
        return ([.. left], [.. right]);
    }

    private static TestResult OfTable(
        string method, ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double expectedMin, Func<double, double, double> term)
    {
        if (!Totals(reference, current, out var first, out var second)) return TestResult.Undefined(method, Empty);
        if (expectedMin > 0)
        {
            var (left, right) = Joined(reference, current, expectedMin * (first + second) / Math.Min(first, second));
            reference = left;
            current = right;
        }

        var places = Used(reference, current);
        if (places < 2) return TestResult.Undefined(method, OnePlace);
        var sum = new NeumaierSum();
        for (var at = 0; at < reference.Length; at++)
        {
            var both = (double)(reference[at] + current[at]);
            if (both == 0) continue;
            sum.Add(term(reference[at], both * first / (first + second)));
            sum.Add(term(current[at], both * second / (first + second)));
        }

        return new TestResult(method, sum.Value, ChiSquaredDistribution.Survival(sum.Value, places - 1), places - 1);
    }

    private static Figure OfShares(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, Func<double, double, double> term)
    {
        if (!Totals(reference, current, out var first, out var second)) return Figure.Undefined(Empty);
        var sum = new NeumaierSum();
        for (var at = 0; at < reference.Length; at++) sum.Add(term(reference[at] / first, current[at] / second));
        return sum.Value;
    }

    private static int Used(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var used = 0;
        for (var at = 0; at < reference.Length; at++)
            if (reference[at] + current[at] > 0) used++;
        return used;
    }

    private static bool Totals(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, out double first, out double second)
    {
        Invariant.That(reference.Length == current.Length);
        var (left, right) = (0L, 0L);
        for (var at = 0; at < reference.Length; at++)
        {
            Invariant.That(reference[at] >= 0 && current[at] >= 0);
            (left, right) = (left + reference[at], right + current[at]);
        }

        (first, second) = (left, right);
        return left > 0 && right > 0;
    }
}
