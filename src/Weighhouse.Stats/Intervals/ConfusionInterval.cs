using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>A figure of a whole confusion table.</summary>
public enum ConfusionFigure
{
    /// <summary>The mean recall of the classes; also called balanced accuracy.</summary>
    MacroRecall,
    MacroPrecision,
    MacroF1,

    /// <summary>F1 of the classes, each counting as often as it is true.</summary>
    WeightedF1,
    Matthews,
    Kappa,
}

/// <summary>
/// Intervals of figures of a confusion table by the delta method: its cells are counts of one multinomial sample, and the slope of the
/// figure in
/// each cell's share tells how their chance becomes the figure's.
/// </summary>
public static class ConfusionInterval
{
    private const string Method = "delta";

    public static Interval Of(MulticlassConfusion confusion, ConfusionFigure figure, double level = Interval.DefaultLevel)
    {
        var value = figure switch
        {
            ConfusionFigure.MacroRecall => confusion.BalancedAccuracy,
            ConfusionFigure.MacroPrecision => confusion.Precision(Averaging.Macro),
            ConfusionFigure.MacroF1 => confusion.F(Averaging.Macro),
            ConfusionFigure.WeightedF1 => confusion.F(Averaging.Weighted),
            ConfusionFigure.Matthews => confusion.MatthewsCorrelation,
            ConfusionFigure.Kappa => confusion.CohenKappa(),
            _ => Invariant.Unreachable<Figure>(figure),
        };
        if (!value.IsDefined) return Interval.Undefined(Method, value.Reason!, level);
        var shares = Shares.Of(confusion);
        var slope = SlopeOf(figure, shares);
        var (mean, square) = (new NeumaierSum(), new NeumaierSum());
        for (var truth = 0; truth < shares.Classes; truth++)
            for (var predicted = 0; predicted < shares.Classes; predicted++)
            {
                var share = shares[truth, predicted];
                if (share == 0) continue;
                var pull = slope(truth, predicted);
                mean.Add(share * pull);
                square.Add(share * pull * pull);
            }

        var variance = square.Value - mean.Value * mean.Value;
        // Rounding leaves this much of squares that cancel out.
        if (variance <= 1e-14 * square.Value)
            return Interval.Undefined(Method, $"the figure is {value.Value}, where its slope says nothing", level, value.Value);
        var lowest = figure is ConfusionFigure.Matthews or ConfusionFigure.Kappa ? -1 : 0;
        return Interval.Around(value.Value, NormalDistribution.Reach(level) * Math.Sqrt(variance / confusion.Count), level, Method)
            .ClampedTo(lowest, 1);
    }

    private static Func<int, int, double> SlopeOf(ConfusionFigure figure, Shares shares) => figure switch
    {
        ConfusionFigure.MacroRecall => (truth, predicted) =>
            ((truth == predicted ? 1 : 0) - shares.Recall(truth)) / shares.Truth(truth) / shares.TrueClasses,
        ConfusionFigure.MacroPrecision => (truth, predicted) =>
            ((truth == predicted ? 1 : 0) - shares.Precision(predicted)) / shares.Predicted(predicted) / shares.SeenClasses,
        ConfusionFigure.MacroF1 => (truth, predicted) => OfBoth(truth, predicted, kind => SlopeOfF1(shares, kind, truth, predicted))
            / shares.SeenClasses,
        ConfusionFigure.WeightedF1 => (truth, predicted) => shares.F1(truth)
            + OfBoth(truth, predicted, kind => shares.Truth(kind) * SlopeOfF1(shares, kind, truth, predicted)),
        ConfusionFigure.Matthews => (truth, predicted) => SlopeOfMatthews(shares, truth, predicted),
        ConfusionFigure.Kappa => (truth, predicted) =>
            ((truth == predicted ? 1 - shares.Expected : 0) - (shares.Predicted(truth) + shares.Truth(predicted)) * (1 - shares.Correct))
                / ((1 - shares.Expected) * (1 - shares.Expected)),
        _ => Invariant.Unreachable<Func<int, int, double>>(figure),
    };

    /// <summary>A cell belongs to the class of its row and to that of its column.</summary>
    private static double OfBoth(int truth, int predicted, Func<int, double> slope) =>
        truth == predicted ? slope(truth) : slope(truth) + slope(predicted);

    private static double SlopeOfF1(Shares shares, int kind, int truth, int predicted)
    {
        var whole = shares.Truth(kind) + shares.Predicted(kind);
        var hits = truth == predicted ? 2 : 0;
        var added = (truth == kind ? 1 : 0) + (predicted == kind ? 1 : 0);
        return (hits - added * shares.F1(kind)) / whole;
    }

    private static double SlopeOfMatthews(Shares shares, int truth, int predicted)
    {
        var (ofTruth, ofPrediction) = (1 - shares.TruthSquares, 1 - shares.PredictedSquares);
        var root = Math.Sqrt(ofTruth * ofPrediction);
        var above = shares.Correct - shares.Expected;
        var aboveSlope = (truth == predicted ? 1 : 0) - shares.Predicted(truth) - shares.Truth(predicted);
        var belowSlope = -2 * shares.Predicted(predicted) * ofTruth - 2 * shares.Truth(truth) * ofPrediction;
        return aboveSlope / root - above * belowSlope / (2 * root * root * root);
    }

    /// <summary>The table as shares of all rows.</summary>
    private sealed class Shares
    {
        private readonly double[] _cells;
        private readonly double[] _truth;
        private readonly double[] _predicted;

        private Shares(int classes, double[] cells, double[] truth, double[] predicted)
        {
            (Classes, _cells, _truth, _predicted) = (classes, cells, truth, predicted);
            TrueClasses = truth.Count(static share => share > 0);
            SeenClasses = Enumerable.Range(0, classes).Count(kind => truth[kind] + predicted[kind] > 0);
            Correct = Enumerable.Range(0, classes).Sum(kind => this[kind, kind]);
            Expected = Sums.OfProducts(truth, predicted);
            TruthSquares = Sums.OfSquares(truth);
            PredictedSquares = Sums.OfSquares(predicted);
        }

        public int Classes { get; }

        public int TrueClasses { get; }

        public int SeenClasses { get; }

        public double Correct { get; }

        public double Expected { get; }

        public double TruthSquares { get; }

        public double PredictedSquares { get; }

        public double this[int truth, int predicted] => _cells[truth * Classes + predicted];

        public static Shares Of(MulticlassConfusion confusion)
        {
            double count = confusion.Count;
            var kinds = Enumerable.Range(0, confusion.Classes).ToArray();
            return new Shares(
                confusion.Classes,
                [.. kinds.SelectMany(truth => kinds.Select(predicted => confusion[truth, predicted] / count))],
                [.. kinds.Select(kind => confusion.OfTruth(kind) / count)],
                [.. kinds.Select(kind => confusion.OfPrediction(kind) / count)]);
        }

        public double Truth(int kind) => _truth[kind];

        public double Predicted(int kind) => _predicted[kind];

        public double Recall(int kind) => this[kind, kind] / _truth[kind];

        public double Precision(int kind) => this[kind, kind] / _predicted[kind];

        public double F1(int kind) => 2 * this[kind, kind] / (_truth[kind] + _predicted[kind]);
    }
}
