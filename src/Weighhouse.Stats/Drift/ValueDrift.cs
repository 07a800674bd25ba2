namespace Weighhouse.Stats;

/// <summary>
/// How far two samples of numbers lie apart, value by value. NaN has no place in an order: missing values are counted and compared by
/// themselves (<see cref="CountDrift.TwoShares"/>).
/// </summary>
public static class ValueDrift
{
    /// <summary>Up to this size of the larger sample the p-value is exact, as SciPy's is.</summary>
    private const int ExactUpTo = 10_000;

    private const string Empty = "one of the two sides has no rows";

    /// <summary>Kolmogorov and Smirnov's test of two samples.</summary>
    public static TestResult KolmogorovSmirnov(SortedValues reference, SortedValues current)
    {
        const string Name = "kolmogorov-smirnov";
        if (reference.Count == 0 || current.Count == 0) return TestResult.Undefined(Name, Empty);
        var gap = Gap(reference.Values, current.Values);
        double pairs = (double)reference.Count * current.Count;
        var chance = Math.Max(reference.Count, current.Count) <= ExactUpTo
            ? KolmogorovDistribution.TwoSample(gap, reference.Count, current.Count)
            : KolmogorovDistribution.Survival(gap / pairs, (long)Math.Round(pairs / (reference.Count + current.Count)));
        return new TestResult(Name, gap / pairs, Math.Clamp(chance, 0, 1));
    }

    /// <inheritdoc cref="KolmogorovSmirnov(SortedValues, SortedValues)"/>
    public static TestResult KolmogorovSmirnov(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) =>
        Sorted(reference, current, out var left, out var right) is { } problem
            ? TestResult.Undefined("kolmogorov-smirnov", problem)
            : KolmogorovSmirnov(left!, right!);

    /// <summary>How far the mass of one must be moved to make the other, in the unit of the values (Wasserstein 1, earth
    /// mover's).</summary>
    public static Figure Wasserstein(SortedValues reference, SortedValues current) =>
        reference.Count == 0 || current.Count == 0
            ? Figure.Undefined(Empty)
            : Between<Itself>(reference.Values, current.Values);

    /// <inheritdoc cref="Wasserstein(SortedValues, SortedValues)"/>
    public static Figure Wasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) =>
        Sorted(reference, current, out var left, out var right) is { } problem ? Figure.Undefined(problem) : Wasserstein(left!, right!);

    /// <summary>
    /// The same in units of the reference's spread: its quartile range over 1.349, which is the deviation of a normal distribution and
    /// does not follow outliers.
    /// </summary>
    public static Figure RobustWasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        if (Sorted(reference, current, out var left, out var right) is { } problem) return Figure.Undefined(problem);
        var distance = Wasserstein(left!, right!);
        if (!distance.IsDefined) return distance;
        var spread = (Order.Quantile(left!.Values, 0.75) - Order.Quantile(left.Values, 0.25)) / 1.349;
        return Figure.Ratio(distance.Value, spread, "half of the reference or more is one and the same value");
    }

    /// <summary>The same in units of the reference's standard deviation, as Azure and Evidently have it.</summary>
    public static Figure StandardizedWasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var distance = Wasserstein(reference, current);
        if (!distance.IsDefined) return distance;
        return Figure.Ratio(distance.Value, Math.Sqrt(Sums.Variance(reference, lost: 0)), "the reference is one and the same value");
    }

    /// <summary>Cramér's distance times √2, the energy distance: the root of 2 ∫ (F − G)².</summary>
    public static Figure Energy(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        if (Sorted(reference, current, out var left, out var right) is { } problem) return Figure.Undefined(problem);
        return left!.Count == 0 || right!.Count == 0
            ? Figure.Undefined(Empty)
            : Math.Sqrt(2 * Between<Square>(left.Values, right.Values));
    }

    private interface IGapTerm
    {
        static abstract double Of(double gap);
    }

    private readonly struct Itself : IGapTerm
    {
        public static double Of(double gap) => Math.Abs(gap);
    }

    private readonly struct Square : IGapTerm
    {
        public static double Of(double gap) => gap * gap;
    }

    /// <summary>∫ of a function of F − G over the line.</summary>
    private static double Between<TTerm>(ReadOnlySpan<double> left, ReadOnlySpan<double> right) where TTerm : struct, IGapTerm
    {
        var sum = new NeumaierSum();
        var (i, j) = (0, 0);
        var before = Math.Min(left[0], right[0]);
        while (i < left.Length || j < right.Length)
        {
            var here = j >= right.Length || (i < left.Length && left[i] <= right[j]) ? left[i] : right[j];
            if (here > before) sum.Add((here - before) * TTerm.Of(i / (double)left.Length - j / (double)right.Length));
            while (i < left.Length && left[i] == here) i++;
            while (j < right.Length && right[j] == here) j++;
            before = here;
        }

        return sum.Value;
    }

    /// <summary>The largest |i·m − j·n| over the merged samples, in whole numbers.</summary>
    private static long Gap(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var (i, j, largest) = (0, 0, 0L);
        while (i < left.Length && j < right.Length)
        {
            var here = Math.Min(left[i], right[j]);
            while (i < left.Length && left[i] == here) i++;
            while (j < right.Length && right[j] == here) j++;
            largest = Math.Max(largest, Math.Abs((long)i * right.Length - (long)j * left.Length));
        }

        return largest;
    }

    private static string? Sorted(
        ReadOnlySpan<double> reference, ReadOnlySpan<double> current, out SortedValues? left, out SortedValues? right)
    {
        right = null;
        if (!SortedValues.Of(reference).TryGet(out left, out var error)) return $"in the reference {error.Message}";
        return SortedValues.Of(current).TryGet(out right, out error) ? null : $"in the current rows {error.Message}";
    }
}
