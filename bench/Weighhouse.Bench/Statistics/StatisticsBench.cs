using System.Diagnostics;
using Weighhouse.Bench.Load;
using Weighhouse.Stats;

namespace Weighhouse.Bench.Statistics;

/// <summary>What figures and drift cost, in this process on one thread: the whole of a large table, and the little of one window.</summary>
internal sealed class StatisticsBench(Report report, bool quick)
{
    private const int Rounds = 5;
    private const int Bins = 20;

    private readonly CounterRandom _random = new(1);

    public void Run()
    {
        var rows = quick ? 100_000 : 1_000_000;
        var (reference, current) = (Normal(rows, 0), Normal(rows, 0.05));
        Recompute(reference, current);
        Windows();
        Metrics(rows);
        Explanations();
    }

    private void Recompute(double[] reference, double[] current)
    {
        var values = (reference.Length + current.Length) / 1e6;
        var edges = FixedHistogram.QuantileEdges(reference, Bins).Value;
        var seconds = Median(() =>
        {
            var (first, second) = (FixedHistogram.Create(edges).Value, FixedHistogram.Create(edges).Value);
            first.Add(reference);
            second.Add(current);
            return CountDrift.PopulationStabilityTest(first.Counts, second.Counts).PValue;
        });
        report.AtLeast($"PSI of {values:F1} million values, binning included", values / seconds, "M values/s", 150);
        seconds = Median(() =>
        {
            var (first, second) = (SortedValues.Of(reference).Value, SortedValues.Of(current).Value);
            return ValueDrift.KolmogorovSmirnov(first, second).PValue + ValueDrift.Wasserstein(first, second).Value;
        });
        report.AtLeast("exact Kolmogorov-Smirnov and Wasserstein of the same", values / seconds, "M values/s", 8);
    }

    private void Windows()
    {
        const int Features = 100;
        var counts = Enumerable.Range(0, 2 * Features)
            .Select(_ => Enumerable.Range(0, Bins).Select(_ => 1000L + _random.Below(200)).ToArray()).ToArray();
        Measure("PSI", (first, second) => CountDrift.PopulationStability(first, second).Value);
        Measure("Jensen-Shannon distance", (first, second) => CountDrift.JensenShannon(first, second).Value);
        Measure("χ² with its p-value", (first, second) => CountDrift.ChiSquared(first, second).PValue);

        void Measure(string what, Func<long[], long[], double> figure)
        {
            var seconds = Median(() =>
            {
                var sum = 0.0;
                for (var round = 0; round < 20; round++)
                    for (var feature = 0; feature < Features; feature++) sum += figure(counts[2 * feature], counts[2 * feature + 1]);
                return sum;
            }) / 20;
            report.AtMost($"{what} of {Features} features in {Bins} bins", seconds * 1e6, "µs", 50);
        }
    }

    private void Metrics(int rows)
    {
        bool[] truth = [.. Enumerable.Range(0, rows).Select(_ => _random.NextDouble() < 0.3)];
        double[] scores = [.. truth.Select(isTrue => (isTrue ? 0.6 : 0.4) + 0.2 * _random.NextNormal())];
        var (left, right) = (Normal(rows, 0), Normal(rows, 0));
        var seconds = Median(() => RocCurve.Area(truth, scores).Value);
        report.Note("area under the ROC curve", rows / 1e6 / seconds, "M rows/s");
        seconds = Median(() => DeLong.Interval(truth, scores).Low);
        report.Note("  with DeLong's interval", rows / 1e6 / seconds, "M rows/s");
        seconds = Median(() => RegressionFigures.MeanSquaredError(left, right).Value);
        report.Note("mean squared error, compensated", rows / 1e6 / seconds, "M rows/s");
    }

    private void Explanations()
    {
        var (row, background) = (Normal(10, 0), Normal(10 * 100, 0));
        var seconds = Median(() => Shapley.Exact(row, background, Predict(10)).Value.Asked);
        report.AtMost("exact Shapley values of 10 features, background of 100", seconds * 1000, "ms", 100);
        var (wide, wideBackground) = (Normal(20, 0), Normal(20 * 100, 0));
        seconds = Median(() => Shapley.Kernel(wide, wideBackground, Predict(20), new CounterRandom(1)).Value.Asked);
        report.AtMost("KernelSHAP of 20 features, background of 100", seconds * 1000, "ms", 1000);
    }

    private static RowPredictor Predict(int features) => (rows, outputs) =>
    {
        for (var at = 0; at < outputs.Length; at++)
        {
            var sum = 0.0;
            foreach (var value in rows.Slice(at * features, features)) sum += value * value;
            outputs[at] = sum;
        }
    };

    private double[] Normal(int count, double mean)
    {
        var values = new double[count];
        for (var at = 0; at < count; at++) values[at] = mean + _random.NextNormal();
        return values;
    }

    /// <summary>The first rounds compile.</summary>
    private static double Median(Func<double> work)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds + 2; round++)
        {
            var stopwatch = Stopwatch.StartNew();
            if (double.IsNaN(work())) throw new InvalidOperationException("The work has no answer.");
            times.Add(stopwatch.Elapsed.TotalSeconds);
        }

        times.RemoveRange(0, 2);
        times.Sort();
        return times[Rounds / 2];
    }
}
