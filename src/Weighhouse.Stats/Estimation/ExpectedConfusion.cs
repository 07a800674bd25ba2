using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// How good a model is likely to be on rows whose truth nobody knows yet, from its own calibrated probabilities (CBPE). It assumes
/// that what a score means
/// has not changed and that scores are of the range calibration saw; the realised figures, when labels come, show how far that held.
/// </summary>
public sealed class ExpectedConfusion
{
    private readonly double[] _probabilities;
    private readonly double[] _scores;
    private readonly bool[] _predicted;

    private ExpectedConfusion(double[] probabilities, double[] scores, bool[] predicted) =>
        (_probabilities, _scores, _predicted) = (probabilities, scores, predicted);

    public double TruePositives => Total(isPredicted: true, static probability => probability);

    public double FalsePositives => Total(isPredicted: true, static probability => 1 - probability);

    public double FalseNegatives => Total(isPredicted: false, static probability => probability);

    public double TrueNegatives => Total(isPredicted: false, static probability => 1 - probability);

    public Figure Accuracy => (TruePositives + TrueNegatives) / _scores.Length;

    public Figure Precision => Figure.Ratio(TruePositives, TruePositives + FalsePositives, "nothing was predicted positive");

    public Figure Recall => Figure.Ratio(TruePositives, TruePositives + FalseNegatives, "no row can be positive");

    public Figure F1 => Figure.Ratio(2 * TruePositives, 2 * TruePositives + FalsePositives + FalseNegatives, "no row can be positive");

    /// <summary>The expected share of pairs of a positive and a negative that the scores rank rightly, ties counting half.</summary>
    public Figure Area
    {
        get
        {
            var order = Order.Descending(_scores);
            var (won, pairs) = (new NeumaierSum(), new NeumaierSum());
            var (positives, negatives) = (0.0, 0.0);
            for (var first = 0; first < order.Length;)
            {
                var (hits, misses, own, end) = (0.0, 0.0, 0.0, first);
                for (; end < order.Length && _scores[order[end]] == _scores[order[first]]; end++)
                {
                    var probability = _probabilities[order[end]];
                    (hits, misses, own) = (hits + probability, misses + 1 - probability, own + probability * (1 - probability));
                }

                // A row makes no pair with itself.
                won.Add(positives * misses + (hits * misses - own) / 2);
                pairs.Add(positives * misses + hits * negatives + hits * misses - own);
                (positives, negatives, first) = (positives + hits, negatives + misses, end);
            }

            return Figure.Ratio(won.Value, pairs.Value, "no two rows can be of different classes");
        }
    }

    /// <param name="probabilities">The calibrated chance of each row to be positive.</param>
    /// <param name="scores">What rows are ranked by; often the same before calibration.</param>
    /// <param name="predicted">What was predicted.</param>
    public static Result<ExpectedConfusion> Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> scores,
        ReadOnlySpan<bool> predicted)
    {
        Invariant.That(probabilities.Length == scores.Length && scores.Length == predicted.Length);
        if ((ProbabilityLoss.Problem(scores.Length, probabilities) ?? ScoredRows.Problem(scores)) is { } problem)
            return Error.Precondition($"Quality cannot be estimated, as {problem}.");
        return new ExpectedConfusion(probabilities.ToArray(), scores.ToArray(), predicted.ToArray());
    }

    /// <summary>
    /// The interval of the realised accuracy: right rows are independent with different chances (Poisson-binomial), whose variance
    /// is Σ p (1 − p).
    /// </summary>
    public Interval AccuracyInterval(double level = Interval.DefaultLevel)
    {
        var variance = Sums.Of([.. _probabilities.Select(probability => probability * (1 - probability))]);
        if (variance == 0) return Interval.Undefined("poisson-binomial", "every probability is 0 or 1", level, Accuracy.Value);
        var half = NormalDistribution.Reach(level) * Math.Sqrt(variance) / _scores.Length;
        return Interval.Around(Accuracy.Value, half, level, "poisson-binomial").ClampedTo(0, 1);
    }

    /// <summary>The interval of the realised area, by drawing labels of the given chances again and again.</summary>
    public Interval AreaInterval(CounterRandom random, int draws = 1000, double level = Interval.DefaultLevel)
    {
        if (Area is { IsDefined: false } undefined) return Interval.Undefined("drawn labels", undefined.Reason!, level);
        var areas = new List<double>(draws);
        var truth = new bool[_scores.Length];
        for (var draw = 0; draw < draws; draw++)
        {
            var stream = random.Stream((ulong)draw);
            for (var row = 0; row < truth.Length; row++) truth[row] = stream.NextDouble() < _probabilities[row];
            if (RocCurve.Area(truth, _scores).OrNull is { } area) areas.Add(area);
        }

        if (areas.Count < draws) return Interval.Undefined("drawn labels", "some draws have one class only", level, Area.Value);
        areas.Sort();
        double[] sorted = [.. areas];
        var tail = (1 - level) / 2;
        return new Interval(Area.Value, Order.Quantile(sorted, tail), Order.Quantile(sorted, 1 - tail), level, "drawn labels");
    }

    private double Total(bool isPredicted, Func<double, double> share)
    {
        var sum = new NeumaierSum();
        for (var row = 0; row < _predicted.Length; row++)
            if (_predicted[row] == isPredicted) sum.Add(share(_probabilities[row]));
        return sum.Value;
    }
}
