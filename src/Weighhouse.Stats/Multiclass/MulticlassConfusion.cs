using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>How figures of classes become one.</summary>
public enum Averaging
{
    /// <summary>Counts are added before the figure is taken: every row counts alike.</summary>
    Micro,

    /// <summary>Every class counts alike.</summary>
    Macro,

    /// <summary>Every class counts as often as it is true.</summary>
    Weighted,
}

/// <summary>How much a confusion of two classes counts for Cohen's kappa.</summary>
public enum KappaWeights
{
    /// <summary>All confusions alike.</summary>
    None,

    /// <summary>By how many classes lie between.</summary>
    Linear,

    /// <summary>By the square of that.</summary>
    Quadratic,
}

/// <summary>How often each true class was predicted as each class. Classes are numbers from 0.</summary>
public sealed class MulticlassConfusion
{
    private readonly long[] _cells;

    private MulticlassConfusion(int classes, long[] cells) => (Classes, _cells) = (classes, cells);

    public int Classes { get; }

    public long this[int truth, int predicted] => _cells[truth * Classes + predicted];

    public long Count => _cells.Sum();

    public long Correct => Enumerable.Range(0, Classes).Sum(kind => this[kind, kind]);

    public Figure Accuracy => Figure.Ratio(Correct, Count, "there are no rows", double.NaN);

    /// <summary>The mean recall of the classes. scikit-learn leaves out a class that has no rows.</summary>
    public Figure BalancedAccuracy
    {
        get
        {
            var mean = new FigureMean();
            string? reason = null;
            foreach (var kind in Seen())
            {
                if (OfTruth(kind) == 0) reason ??= $"class {kind} was predicted, but no row is truly of it";
                else mean.Add(OneAgainstRest(kind).Recall, 1, $"class {kind}");
            }

            var value = mean.Mean("there are no rows", double.NaN);
            return reason is null ? value : Figure.Undefined(reason, value.OrNull);
        }
    }

    /// <summary>The correlation of truth and prediction (Gorodkin's R_K); phi for two classes.</summary>
    public Figure MatthewsCorrelation
    {
        get
        {
            var (cross, ofTruth, ofPrediction) = ((Int128)Correct * Count, (Int128)Count * Count, (Int128)Count * Count);
            for (var kind = 0; kind < Classes; kind++)
            {
                cross -= (Int128)OfTruth(kind) * OfPrediction(kind);
                ofTruth -= (Int128)OfTruth(kind) * OfTruth(kind);
                ofPrediction -= (Int128)OfPrediction(kind) * OfPrediction(kind);
            }

            return ofTruth == 0 || ofPrediction == 0
                ? Figure.Undefined("truth or prediction is one and the same class throughout", 0)
                : (double)cross / Math.Sqrt((double)ofTruth * (double)ofPrediction);
        }
    }

    public static MulticlassConfusion Of(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classes)
    {
        Invariant.That(truth.Length == predicted.Length);
        var cells = new long[classes * classes];
        for (var at = 0; at < truth.Length; at++)
        {
            Invariant.That((uint)truth[at] < (uint)classes && (uint)predicted[at] < (uint)classes);
            cells[truth[at] * classes + predicted[at]]++;
        }

        return new MulticlassConfusion(classes, cells);
    }

    public long OfTruth(int kind)
    {
        var sum = 0L;
        for (var other = 0; other < Classes; other++) sum += this[kind, other];
        return sum;
    }

    public long OfPrediction(int kind)
    {
        var sum = 0L;
        for (var other = 0; other < Classes; other++) sum += this[other, kind];
        return sum;
    }

    public BinaryConfusion OneAgainstRest(int kind)
    {
        var (hits, falsely, missed) = (this[kind, kind], OfPrediction(kind) - this[kind, kind], OfTruth(kind) - this[kind, kind]);
        return new BinaryConfusion(hits, falsely, missed, Count - hits - falsely - missed);
    }

    /// <param name="labels">The classes that count; by default those that truth or prediction name.</param>
    /// <param name="zeroDivision">What scikit-learn is to answer where a class has no figure: 0 or 1.</param>
    public Figure Precision(Averaging averaging, IReadOnlyList<int>? labels = null, double zeroDivision = 0) =>
        Average(averaging, labels, zeroDivision, confusion => confusion.Precision);

    /// <inheritdoc cref="Precision"/>
    public Figure Recall(Averaging averaging, IReadOnlyList<int>? labels = null, double zeroDivision = 0) =>
        Average(averaging, labels, zeroDivision, confusion => confusion.Recall);

    /// <inheritdoc cref="Precision"/>
    public Figure F(Averaging averaging, double beta = 1, IReadOnlyList<int>? labels = null, double zeroDivision = 0) =>
        Average(averaging, labels, zeroDivision, confusion => confusion.F(beta));

    /// <inheritdoc cref="Precision"/>
    public Figure Jaccard(Averaging averaging, IReadOnlyList<int>? labels = null, double zeroDivision = 0) =>
        Average(averaging, labels, zeroDivision, confusion => confusion.Jaccard);

    /// <summary>Agreement beyond chance. Weights measure the distance of class numbers, whether or not the classes occur.</summary>
    public Figure CohenKappa(KappaWeights weights = KappaWeights.None)
    {
        if (Count == 0) return Figure.Undefined("there are no rows", double.NaN);
        var (observed, expected) = (new NeumaierSum(), new NeumaierSum());
        for (var truth = 0; truth < Classes; truth++)
            for (var predicted = 0; predicted < Classes; predicted++)
            {
                var distance = Math.Abs(truth - predicted);
                var weight = weights switch { KappaWeights.None => Math.Min(1, distance), KappaWeights.Linear => distance, _ =>
                    distance * distance };
                observed.Add((double)weight * this[truth, predicted]);
                expected.Add((double)weight * OfTruth(truth) * OfPrediction(predicted) / Count);
            }

        return expected.Value == 0
            ? Figure.Undefined("truth and prediction are one and the same class throughout, as chance would have it", double.NaN)
            : 1 - observed.Value / expected.Value;
    }

    /// <summary>The classes that truth or prediction name.</summary>
    private IEnumerable<int> Seen() => Enumerable.Range(0, Classes).Where(kind => OfTruth(kind) + OfPrediction(kind) > 0);

    private Figure Average(
        Averaging averaging, IReadOnlyList<int>? labels, double zeroDivision, Func<BinaryConfusion, Figure> figure)
    {
        var kinds = labels ?? [.. Seen()];
        if (kinds.Count == 0) return Figure.Undefined("there are no rows", averaging == Averaging.Micro ? zeroDivision : double.NaN);
        if (averaging == Averaging.Micro)
        {
            var parts = kinds.Select(OneAgainstRest).ToArray();
            var sum = new BinaryConfusion(
                parts.Sum(part => part.TruePositives), parts.Sum(part => part.FalsePositives),
                parts.Sum(part => part.FalseNegatives), parts.Sum(part => part.TrueNegatives));
            return Divided(figure(sum), zeroDivision);
        }

        var mean = new FigureMean();
        foreach (var kind in kinds)
            mean.Add(Divided(figure(OneAgainstRest(kind)), zeroDivision), averaging == Averaging.Macro ? 1 : OfTruth(kind),
                $"class {kind}");
        return mean.Mean("none of these classes has a row", zeroDivision);
    }

    private static Figure Divided(Figure figure, double zeroDivision) =>
        figure.IsDefined ? figure : Figure.Undefined(figure.Reason!, zeroDivision);
}
