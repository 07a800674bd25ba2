using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>One column of values that rows are sliced by: a number for each row, from 0; below 0 for rows that belong to no
/// slice.</summary>
public sealed record SliceColumn(string Name, int[] Values, IReadOnlyList<string>? ValueNames = null)
{
    public string NameOf(int value) => $"{Name} = {(ValueNames is { } names ? names[value] : value)}";

    /// <summary>A column of numbers in parts of equally many rows; NaN is a part of its own.</summary>
    public static SliceColumn OfNumbers(string name, ReadOnlySpan<double> values, int parts = 5)
    {
        Invariant.That(parts > 1);
        var sorted = Order.SortedCopy(values).Where(value => !double.IsNaN(value)).ToArray();
        double[] limits = sorted.Length == 0 ? []
            : [.. Enumerable.Range(1, parts - 1).Select(at => Order.Quantile(sorted, at / (double)parts)).Where(limit => limit < sorted[^1])
                .Distinct()];
        var places = new int[values.Length];
        for (var row = 0; row < places.Length; row++)
            places[row] = double.IsNaN(values[row]) ? limits.Length + 1 : Order.CountBelow(limits, values[row]);
        string[] names = [.. Enumerable.Range(0, limits.Length + 1).Select(at => (at, limits.Length) switch
        {
            (_, 0) => "any",
            (0, _) => $"up to {limits[0]}",
            var (place, last) when place == last => $"above {limits[last - 1]}",
            _ => $"above {limits[at - 1]} up to {limits[at]}",
        }), "missing"];
        return new SliceColumn(name, places, names);
    }
}

/// <param name="Name">Such as <c>country = FR and age = up to 30</c>.</param>
/// <param name="Loss">The mean loss of the slice's rows.</param>
/// <param name="Rest">That of all others.</param>
/// <param name="Difference">Loss less rest, with Welch's interval.</param>
/// <param name="Adjusted">The p-value of the difference, one-sided, adjusted for all slices looked at (Benjamini-Hochberg).</param>
public sealed record WorstSlice(string Name, int Rows, double Loss, double Rest, Interval Difference, double PValue, double Adjusted);

/// <summary>Finds where a model does worst: slices by one value or two, whose loss is higher than elsewhere by more than chance.</summary>
public static class WorstSlices
{
    /// <summary>Fewer rows than this are a handful of examples and no slice.</summary>
    public const int DefaultRowsMin = 50;

    /// <summary>Columns with more values than this are identifiers; their slices would be rows.</summary>
    public const int ValuesMax = 200;

    /// <param name="losses">What each row lost, such as its log loss or its squared error.</param>
    /// <param name="chance">The share of false alarms among what is returned.</param>
    /// <returns>The worst first, by the lower end of the interval: a large slice beats a small one of the same loss.</returns>
    public static Result<IReadOnlyList<WorstSlice>> Find(
        ReadOnlySpan<double> losses, IReadOnlyList<SliceColumn> columns, int depth = 2, int rowsMin = DefaultRowsMin, double chance = 0.05)
    {
        if (depth is < 1 or > 2) return Error.Invalid($"depth is {depth}; slices are by one value or by two.", "depth");
        if (rowsMin < 2) return Error.Invalid($"rows_min is {rowsMin}; a slice needs at least 2 rows to have a spread.", "rows_min");
        if (Order.FirstNaN(losses) is var nan and >= 0) return Error.Invalid($"The loss of row {nan} is not a number.", "losses");
        foreach (var column in columns)
        {
            Invariant.That(column.Values.Length == losses.Length);
            if (column.Values.Length > 0 && column.Values.Max() >= ValuesMax)
                return Error.Invalid($"Column {column.Name} has {column.Values.Max() + 1} values; the limit is {ValuesMax}.", "columns");
        }

        var all = new RunningMoments();
        foreach (var loss in losses) all.Add(loss);
        var found = new List<WorstSlice>();
        for (var first = 0; first < columns.Count; first++)
        {
            Look(losses, all, columns[first], null, rowsMin, found);
            for (var second = first + 1; depth == 2 && second < columns.Count; second++)
                Look(losses, all, columns[first], columns[second], rowsMin, found);
        }

        var adjusted = ManyTests.BenjaminiHochberg([.. found.Select(slice => slice.PValue)]);
        return found.Select((slice, at) => slice with { Adjusted = adjusted[at] })
            .Where(slice => slice.Adjusted <= chance).OrderByDescending(slice => slice.Difference.Low).ToArray();
    }

    private static void Look(
        ReadOnlySpan<double> losses, RunningMoments all, SliceColumn first, SliceColumn? second, int rowsMin, List<WorstSlice> found)
    {
        var slices = new SortedDictionary<(int, int), RunningMoments>();
        for (var row = 0; row < losses.Length; row++)
        {
            var place = (first.Values[row], second?.Values[row] ?? 0);
            if (place.Item1 < 0 || place.Item2 < 0) continue;
            var moments = slices.GetValueOrDefault(place);
            moments.Add(losses[row]);
            slices[place] = moments;
        }

        foreach (var (place, slice) in slices)
        {
            var others = all.Count - slice.Count;
            if (slice.Count < rowsMin || others < 2) continue;
            var rest = (all.Mean * all.Count - slice.Mean * slice.Count) / others;
            var test = MeanTests.Welch(slice.Count, slice.Mean, slice.Variance, others, rest, RestVariance(all, slice, rest));
            if (!test.IsDefined) continue;
            var name = second is null ? first.NameOf(place.Item1) : $"{first.NameOf(place.Item1)} and {second.NameOf(place.Item2)}";
            var error = test.Statistic == 0 ? 0 : (slice.Mean - rest) / test.Statistic;
            var half = -StudentDistribution.Quantile((1 - Interval.DefaultLevel) / 2, test.DegreesOfFreedom!.Value) * error;
            found.Add(new WorstSlice(name, (int)slice.Count, slice.Mean, rest,
                Interval.Around(slice.Mean - rest, half, Interval.DefaultLevel, "welch"),
                StudentDistribution.Survival(test.Statistic, test.DegreesOfFreedom.Value), 1));
        }
    }

    private static double RestVariance(RunningMoments all, RunningMoments slice, double rest)
    {
        var others = all.Count - slice.Count;
        var distance = slice.Mean - rest;
        var squares = all.Variance * (all.Count - 1) - slice.Variance * (slice.Count - 1)
            - distance * distance * slice.Count * others / all.Count;
        return Math.Max(0, squares) / (others - 1);
    }
}
