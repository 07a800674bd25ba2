using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>How often a yes-or-no model was right and wrong, and all that follows from these four counts.</summary>
public readonly record struct BinaryConfusion(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    private const string NoPredictedPositives = "nothing was predicted positive";
    private const string NoPredictedNegatives = "nothing was predicted negative";
    private const string NoPositives = "no row is truly positive";
    private const string NoNegatives = "no row is truly negative";

    public long Positives => TruePositives + FalseNegatives;

    public long Negatives => FalsePositives + TrueNegatives;

    public long PredictedPositives => TruePositives + FalsePositives;

    public long PredictedNegatives => FalseNegatives + TrueNegatives;

    public long Count => Positives + Negatives;

    /// <summary>The share of rows that are truly positive.</summary>
    public Figure Prevalence => Figure.Ratio(Positives, Count, "there are no rows");

    public Figure Accuracy => Figure.Ratio(TruePositives + TrueNegatives, Count, "there are no rows", double.NaN);

    /// <summary>Of what was predicted positive, the share that is.</summary>
    public Figure Precision => Figure.Ratio(TruePositives, PredictedPositives, NoPredictedPositives, 0);

    /// <summary>Of what is positive, the share that was found; also called sensitivity.</summary>
    public Figure Recall => Figure.Ratio(TruePositives, Positives, NoPositives, 0);

    public Figure Specificity => Figure.Ratio(TrueNegatives, Negatives, NoNegatives, 0);

    /// <summary>Of what was predicted negative, the share that is.</summary>
    public Figure NegativePredictiveValue => Figure.Ratio(TrueNegatives, PredictedNegatives, NoPredictedNegatives, 0);

    public Figure FalsePositiveRate => Figure.Ratio(FalsePositives, Negatives, NoNegatives, 0);

    public Figure FalseNegativeRate => Figure.Ratio(FalseNegatives, Positives, NoPositives, 0);

    /// <summary>The share of rows that were predicted positive; fairness calls it the selection rate.</summary>
    public Figure PredictedShare => Figure.Ratio(PredictedPositives, Count, "there are no rows");

    public Figure F1 => F(1);

    /// <summary>Of the rows that are or were predicted positive, the share that are both.</summary>
    public Figure Jaccard => Figure.Ratio(
        TruePositives, TruePositives + FalsePositives + FalseNegatives, "nothing is positive, neither in truth nor as predicted", 0);

    /// <summary>The mean of recall and specificity. scikit-learn leaves out a class that has no rows.</summary>
    public Figure BalancedAccuracy
    {
        get
        {
            if (Count == 0) return Figure.Undefined("there are no rows", double.NaN);
            if (Positives == 0) return Figure.Undefined(NoPositives, Specificity.Value);
            return Negatives == 0 ? Figure.Undefined(NoNegatives, Recall.Value) : (Recall.Value + Specificity.Value) / 2;
        }
    }

    /// <summary>The correlation of prediction and truth (phi).</summary>
    public Figure MatthewsCorrelation
    {
        get
        {
            var product = (double)PredictedPositives * Positives * Negatives * PredictedNegatives;
            if (product == 0) return Figure.Undefined("one of the two classes is empty, in truth or as predicted", 0);
            // In whole numbers: the difference of two large products may be small.
            return (double)((Int128)TruePositives * TrueNegatives - (Int128)FalsePositives * FalseNegatives) / Math.Sqrt(product);
        }
    }

    /// <summary>Agreement beyond chance.</summary>
    public Figure CohenKappa
    {
        get
        {
            if (Count == 0) return Figure.Undefined("there are no rows", double.NaN);
            var expected = ((double)PredictedPositives * Positives + (double)PredictedNegatives * Negatives) / Count;
            var observed = (double)(TruePositives + TrueNegatives);
            return expected == Count
                ? Figure.Undefined("truth and prediction are one and the same class throughout, as chance would have it", double.NaN)
                : (observed - expected) / (Count - expected);
        }
    }

    /// <summary>How much a positive prediction multiplies the odds of being positive.</summary>
    public Figure PositiveLikelihoodRatio => LikelihoodRatio(Recall, FalsePositiveRate, "nothing negative was predicted positive");

    /// <summary>How much a negative prediction multiplies the odds of being positive.</summary>
    public Figure NegativeLikelihoodRatio => LikelihoodRatio(FalseNegativeRate, Specificity, "nothing negative was predicted negative");

    public static BinaryConfusion Of(ReadOnlySpan<bool> truth, ReadOnlySpan<bool> predicted)
    {
        Invariant.That(truth.Length == predicted.Length);
        var (both, falsely, missed) = (0L, 0L, 0L);
        for (var at = 0; at < truth.Length; at++)
        {
            if (truth[at] && predicted[at]) both++;
            else if (predicted[at]) falsely++;
            else if (truth[at]) missed++;
        }

        return new BinaryConfusion(both, falsely, missed, truth.Length - both - falsely - missed);
    }

    /// <summary>A score of at least the threshold is a positive prediction; NaN never is.</summary>
    public static BinaryConfusion At(double threshold, ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        Invariant.That(truth.Length == scores.Length);
        var (both, falsely, missed) = (0L, 0L, 0L);
        for (var at = 0; at < truth.Length; at++)
        {
            var isPredicted = scores[at] >= threshold;
            if (truth[at] && isPredicted) both++;
            else if (isPredicted) falsely++;
            else if (truth[at]) missed++;
        }

        return new BinaryConfusion(both, falsely, missed, truth.Length - both - falsely - missed);
    }

    /// <summary>The weighted harmonic mean of precision and recall: recall counts <paramref name="beta"/> times as much.</summary>
    public Figure F(double beta)
    {
        Invariant.That(beta >= 0);
        var weight = beta * beta;
        if (beta == 0) return Precision;
        var whole = (1 + weight) * TruePositives + weight * FalseNegatives + FalsePositives;
        return Figure.Ratio((1 + weight) * TruePositives, whole, "nothing is positive, neither in truth nor as predicted", 0);
    }

    private Figure LikelihoodRatio(Figure above, Figure below, string reason)
    {
        if (Positives == 0) return Figure.Undefined(NoPositives, double.NaN);
        if (Negatives == 0) return Figure.Undefined(NoNegatives, double.NaN);
        return Figure.Ratio(above.Value, below.Value, reason, double.NaN);
    }
}
