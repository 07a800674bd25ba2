using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <param name="Area">How well a model tells rows of the two sides apart: ½ is not at all.</param>
/// <param name="Test">Whether that is more than chance, by DeLong's variance; one-sided, as below ½ there is nothing to find.</param>
public readonly record struct DomainClassification(Interval Area, TestResult Test);

/// <summary>How far two tables lie apart in all their columns together: what no single column shows, such as a turned
/// correlation.</summary>
public static class TableDrift
{
    /// <summary>More rows than this make the kernel's matrix larger than memory bears: draw a sample.</summary>
    public const int KernelRowsMax = 4000;

    /// <summary>
    /// The squared distance of means in the space of a Gaussian kernel (MMD², without bias, so sometimes below 0), its width the median
    /// distance of rows, and its p-value by shuffling the sides.
    /// </summary>
    public static TestResult MeanDiscrepancy(
        ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int features, CounterRandom random, int permutations = 500)
    {
        const string Name = "mmd";
        Invariant.That(features > 0 && reference.Length % features == 0 && current.Length % features == 0 && permutations > 0);
        var (first, second) = (reference.Length / features, current.Length / features);
        var rows = first + second;
        if (first < 2 || second < 2) return TestResult.Undefined(Name, "a side of fewer than two rows has no spread");
        if (rows > KernelRowsMax) return TestResult.Undefined(Name, $"{rows} rows are more than {KernelRowsMax}: draw a sample of them");
        double[] all = [.. reference, .. current];
        if (Order.FirstNaN(all) is var nan and >= 0) return TestResult.Undefined(Name, $"value {nan % features} of a row is not a number");
        if (Kernel(all, rows, features) is not { } kernel) return TestResult.Undefined(Name, "most rows are one and the same");
        var order = Enumerable.Range(0, rows).ToArray();
        var observed = Discrepancy(kernel, rows, order, first);
        var beyond = 0;
        for (var round = 0; round < permutations; round++)
        {
            random.Shuffle<int>(order);
            if (Discrepancy(kernel, rows, order, first) >= observed) beyond++;
        }

        return new TestResult(Name, observed, (beyond + 1.0) / (permutations + 1));
    }

    /// <summary>
    /// Trains a model to tell the sides apart and asks it about rows it has not seen: boosted trees, cross-fitted in folds. A drift that
    /// only combinations of columns show is found, and the area says how large it is.
    /// </summary>
    public static DomainClassification DomainClassifier(
        ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int features, CounterRandom random, int folds = 5)
    {
        Invariant.That(features > 0 && reference.Length % features == 0 && current.Length % features == 0 && folds > 1);
        var (first, second) = (reference.Length / features, current.Length / features);
        if (Math.Min(first, second) < 2 * folds)
        {
            var few = $"a side of {Math.Min(first, second)} rows is too small for {folds} folds";
            return new DomainClassification(Interval.Undefined("domain classifier", few), TestResult.Undefined("domain classifier", few));
        }

        double[] rows = [.. reference, .. current];
        bool[] isCurrent = [.. Enumerable.Repeat(false, first), .. Enumerable.Repeat(true, second)];
        var fold = Folds(first, second, folds, random);
        var scores = new double[first + second];
        for (var held = 0; held < folds; held++)
        {
            var train = Enumerable.Range(0, scores.Length).Where(row => fold[row] != held).ToArray();
            var model = BoostedTrees.Fit(
                [.. train.SelectMany(row => rows[(row * features)..((row + 1) * features)])], features,
                [.. train.Select(row => isCurrent[row] ? 1.0 : 0)], new BoostedTreesOptions { IsLogistic = true });
            for (var row = 0; row < scores.Length; row++)
                if (fold[row] == held) scores[row] = model.Predict(rows.AsSpan(row * features, features));
        }

        var test = DeLong.AgainstChance(isCurrent, scores);
        var chance = double.IsPositiveInfinity(test.Statistic) ? 0 : NormalDistribution.Survival(test.Statistic);
        return new DomainClassification(DeLong.Interval(isCurrent, scores), test with { Method = "domain classifier", PValue = chance });
    }

    /// <summary>As many rows of either side in each fold.</summary>
    private static int[] Folds(int first, int second, int folds, CounterRandom random)
    {
        int[] left = [.. Enumerable.Range(0, first).Select(row => row % folds)];
        int[] right = [.. Enumerable.Range(0, second).Select(row => row % folds)];
        random.Shuffle<int>(left);
        random.Shuffle<int>(right);
        return [.. left, .. right];
    }

    private static double[]? Kernel(double[] all, int rows, int features)
    {
        var kernel = new double[rows * rows];
        var distances = new List<double>(rows * (rows - 1) / 2);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < i; j++)
            {
                var square = Sums.OfSquaredDifferences(all.AsSpan(i * features, features), all.AsSpan(j * features, features));
                kernel[i * rows + j] = kernel[j * rows + i] = square;
                distances.Add(square);
            }

        distances.Sort();
        var width = distances[distances.Count / 2];
        if (width == 0) return null;
        for (var at = 0; at < kernel.Length; at++) kernel[at] = Math.Exp(-kernel[at] / width);
        return kernel;
    }

    private static double Discrepancy(double[] kernel, int rows, int[] order, int first)
    {
        var (within, across, beyond) = (0.0, 0.0, 0.0);
        for (var i = 0; i < rows; i++)
        {
            var row = kernel.AsSpan(order[i] * rows, rows);
            for (var j = 0; j < i; j++)
            {
                var value = row[order[j]];
                if (i < first) within += value;
                else if (j >= first) beyond += value;
                else across += value;
            }
        }

        double second = rows - first;
        return 2 * within / ((double)first * (first - 1)) + 2 * beyond / (second * (second - 1)) - 2 * across / (first * second);
    }
}
