using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>What of a group is compared.</summary>
public enum FairnessFigure
{
    /// <summary>The share predicted positive (demographic parity).</summary>
    SelectionRate,

    /// <summary>Recall (equal opportunity, half of equalised odds).</summary>
    TruePositiveRate,

    /// <summary>The other half of equalised odds.</summary>
    FalsePositiveRate,

    /// <summary>Precision (predictive parity).</summary>
    Precision,
    Accuracy,
}

/// <param name="Figures">Each figure of the group with Wilson's interval.</param>
/// <param name="IsSuppressed">Whether the group is too small to be shown: its counts and figures are withheld.</param>
public sealed record GroupFairness(int Group, BinaryConfusion Confusion, IReadOnlyDictionary<FairnessFigure, Interval> Figures,
    bool IsSuppressed);

/// <param name="Lowest">The group with the lowest figure.</param>
/// <param name="Difference">Highest less lowest, with Newcombe's interval.</param>
/// <param name="Ratio">Lowest over highest: four fifths is the rule of thumb for selection.</param>
/// <param name="Adjusted">The p-value of the difference, adjusted for all pairs of groups and figures (Benjamini-Hochberg).</param>
public sealed record FairnessGap(FairnessFigure Figure, int Lowest, int Highest, Interval Difference, Interval Ratio, double PValue,
    double Adjusted);

/// <summary>How differently a model treats groups of rows, with what chance alone would do.</summary>
/// <param name="Suppressed">How many groups are too small to be compared.</param>
public sealed record FairnessReport(IReadOnlyList<GroupFairness> Groups, IReadOnlyList<FairnessGap> Gaps, int Suppressed)
{
    /// <summary>Fewer rows than this may be one person's, and say little.</summary>
    public const int DefaultRowsMin = 30;

    private static readonly FairnessFigure[] All = Enum.GetValues<FairnessFigure>();

    /// <summary>The larger of the gaps in recall and in false positives (equalised odds); undefined when either cannot be told.</summary>
    public Figure EqualizedOdds
    {
        get
        {
            var gaps = Gaps.Where(gap => gap.Figure is FairnessFigure.TruePositiveRate or FairnessFigure.FalsePositiveRate).ToArray();
            return gaps.Length == 2
                ? gaps.Max(gap => gap.Difference.Estimate)
                : Figure.Undefined("fewer than two groups have rows of both classes");
        }
    }

    /// <param name="groups">The group of each row; for intersections, one number for each combination (<see cref="Intersect"/>).</param>
    /// <param name="rowsMin">Groups of fewer rows are counted and neither shown nor compared.</param>
    public static FairnessReport Of(
        ReadOnlySpan<bool> truth, ReadOnlySpan<bool> predicted, ReadOnlySpan<int> groups, int rowsMin = DefaultRowsMin,
        double level = Interval.DefaultLevel)
    {
        Invariant.That(truth.Length == predicted.Length && truth.Length == groups.Length);
        var rows = new SortedDictionary<int, List<int>>();
        for (var row = 0; row < groups.Length; row++)
        {
            if (!rows.TryGetValue(groups[row], out var list)) rows[groups[row]] = list = [];
            list.Add(row);
        }

        var all = new List<GroupFairness>();
        foreach (var (group, members) in rows)
        {
            var (memberTruth, memberPredicted) = (new bool[members.Count], new bool[members.Count]);
            for (var at = 0; at < members.Count; at++) (memberTruth[at], memberPredicted[at]) = (truth[members[at]],
                predicted[members[at]]);
            var confusion = BinaryConfusion.Of(memberTruth, memberPredicted);
            all.Add(members.Count < rowsMin
                ? new GroupFairness(group, default, new Dictionary<FairnessFigure, Interval>(), IsSuppressed: true)
                : new GroupFairness(group, confusion, All.ToDictionary(figure => figure, figure => IntervalOf(figure, confusion, level)),
                    false));
        }

        var shown = all.Where(group => !group.IsSuppressed).ToArray();
        return new FairnessReport(all, Gap(shown, level), all.Count - shown.Length);
    }

    /// <summary>One group for each combination of two groupings that occurs.</summary>
    public static int[] Intersect(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        Invariant.That(first.Length == second.Length);
        var numbers = new Dictionary<(int, int), int>();
        var groups = new int[first.Length];
        for (var row = 0; row < groups.Length; row++)
        {
            if (!numbers.TryGetValue((first[row], second[row]), out var number)) numbers[(first[row], second[row])] = number =
                numbers.Count;
            groups[row] = number;
        }

        return groups;
    }

    /// <summary>The area between two groups' ROC curves (ABROCA): 0 when scores rank both alike at every threshold.</summary>
    public static Figure AreaBetweenCurves(
        ReadOnlySpan<bool> firstTruth, ReadOnlySpan<double> firstScores, ReadOnlySpan<bool> secondTruth, ReadOnlySpan<double> secondScores)
    {
        if (!RocCurve.Of(firstTruth, firstScores).TryGet(out var first, out var error)) return Figure.Undefined(error.Message);
        if (!RocCurve.Of(secondTruth, secondScores).TryGet(out var second, out error)) return Figure.Undefined(error.Message);
        return CurveArea.Between(first, second);
    }

    internal static (long Hits, long Trials) Counts(FairnessFigure figure, BinaryConfusion confusion) => figure switch
    {
        FairnessFigure.SelectionRate => (confusion.PredictedPositives, confusion.Count),
        FairnessFigure.TruePositiveRate => (confusion.TruePositives, confusion.Positives),
        FairnessFigure.FalsePositiveRate => (confusion.FalsePositives, confusion.Negatives),
        FairnessFigure.Precision => (confusion.TruePositives, confusion.PredictedPositives),
        FairnessFigure.Accuracy => (confusion.TruePositives + confusion.TrueNegatives, confusion.Count),
        _ => Invariant.Unreachable<(long, long)>(figure),
    };

    private static Interval IntervalOf(FairnessFigure figure, BinaryConfusion confusion, double level)
    {
        var (hits, trials) = Counts(figure, confusion);
        return ProportionInterval.Wilson(hits, trials, level);
    }

    private static FairnessGap[] Gap(GroupFairness[] groups, double level)
    {
        // All pairs are tested, as the widest of many gaps is wide by chance.
        var tests = new List<(FairnessFigure Figure, int Low, int High, double PValue)>();
        foreach (var figure in All)
        {
            var told = Enumerable.Range(0, groups.Length).Where(group => groups[group].Figures[figure].IsDefined)
                .OrderBy(group => groups[group].Figures[figure].Estimate).ToArray();
            for (var low = 0; low < told.Length; low++)
                for (var high = low + 1; high < told.Length; high++)
                {
                    var (left, right) = (Counts(figure, groups[told[low]].Confusion), Counts(figure, groups[told[high]].Confusion));
                    var test = CountDrift.TwoShares(left.Hits, left.Trials, right.Hits, right.Trials);
                    tests.Add((figure, told[low], told[high], test.IsDefined ? test.PValue : 1));
                }
        }

        var adjusted = ManyTests.BenjaminiHochberg([.. tests.Select(test => test.PValue)]);
        return [.. tests.Select((test, at) => (test, Adjusted: adjusted[at])).GroupBy(pair => pair.test.Figure).Select(figure =>
        {
            var widest = figure.MaxBy(pair =>
                groups[pair.test.High].Figures[figure.Key].Estimate - groups[pair.test.Low].Figures[figure.Key].Estimate);
            var (low, high) = (groups[widest.test.Low], groups[widest.test.High]);
            var (lower, upper) = (Counts(figure.Key, low.Confusion), Counts(figure.Key, high.Confusion));
            return new FairnessGap(figure.Key, low.Group, high.Group,
                ProportionInterval.Newcombe(upper.Hits, upper.Trials, lower.Hits, lower.Trials, level),
                ProportionInterval.Ratio(lower.Hits, lower.Trials, upper.Hits, upper.Trials, level),
                widest.test.PValue, widest.Adjusted);
        })];
    }
}

/// <summary>The area between two ROC curves.</summary>
internal static class CurveArea
{
    public static double Between(RocCurve first, RocCurve second)
    {
        double[] places = [.. first.FalsePositiveRates.Concat(second.FalsePositiveRates).Distinct().Order()];
        var sum = new NeumaierSum();
        for (var at = 1; at < places.Length; at++)
        {
            var (left, right) = (places[at - 1], places[at]);
            // Just after the left end and just before the right one: curves jump straight up.
            var (here, there) = (Height(first, left, after: true) - Height(second, left, after: true),
                Height(first, right, false) - Height(second, right, false));
            sum.Add(here * there >= 0
                ? (right - left) * (Math.Abs(here) + Math.Abs(there)) / 2
                : (right - left) * (here * here + there * there) / (Math.Abs(here) + Math.Abs(there)) / 2);
        }

        return sum.Value;
    }

    private static double Height(RocCurve curve, double place, bool after)
    {
        var (x, y) = (curve.FalsePositiveRates, curve.TruePositiveRates);
        var above = after ? Order.CountUpTo(x, place) : Order.CountBelow(x, place);
        if (after && x[above - 1] == place) return y[above - 1];
        if (!after && x[above] == place) return y[above];
        return y[above - 1] + (y[above] - y[above - 1]) * (place - x[above - 1]) / (x[above] - x[above - 1]);
    }
}
