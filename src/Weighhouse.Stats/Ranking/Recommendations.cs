using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>What a set of recommendations does beyond being right: how much of the catalogue it shows, how varied and how fresh it
/// is.</summary>
public static class Recommendations
{
    /// <summary>The share of the catalogue that is recommended to anybody. Items are numbers from 0.</summary>
    public static Figure Coverage(ReadOnlySpan<int> recommended, int catalogue) =>
        Figure.Ratio(recommended.ToArray().Distinct().Count(), catalogue, "the catalogue is empty");

    /// <summary>The mean distance of a list's items from one another (ILD), as 1 − cosine of their feature vectors.</summary>
    public static Figure Diversity(ReadOnlySpan<double> items, int features)
    {
        Invariant.That(features > 0 && items.Length % features == 0);
        var count = items.Length / features;
        if (count < 2) return Figure.Undefined("a list of fewer than two items has no distances");
        var sum = new NeumaierSum();
        for (var first = 0; first < count; first++)
            for (var second = first + 1; second < count; second++)
            {
                var left = items.Slice(first * features, features);
                var right = items.Slice(second * features, features);
                var norms = Sums.OfSquares(left) * Sums.OfSquares(right);
                if (norms == 0) return Figure.Undefined("an item's features are all 0, so that it has no direction");
                sum.Add(1 - Sums.OfProducts(left, right) / Math.Sqrt(norms));
            }

        return sum.Value / (count * (count - 1) / 2.0);
    }

    /// <summary>The mean surprise of what is recommended, in bits: −log₂ of the share of users who know the item.</summary>
    public static Figure Novelty(ReadOnlySpan<int> recommended, ReadOnlySpan<double> shareOfUsers)
    {
        if (recommended.IsEmpty) return Figure.Undefined("nothing is recommended");
        var sum = new NeumaierSum();
        foreach (var item in recommended)
        {
            if (!(shareOfUsers[item] > 0)) return Figure.Undefined($"nobody knows item {item}: its surprise is infinite");
            sum.Add(-Math.Log2(shareOfUsers[item]));
        }

        return sum.Value / recommended.Length;
    }

    /// <summary>How unevenly items are shown (Gini): 0 when all alike, near 1 when one gets everything. Items never shown count.</summary>
    public static Figure Inequality(ReadOnlySpan<double> exposures)
    {
        if (exposures.IsEmpty) return Figure.Undefined("there are no items");
        var sorted = Order.SortedCopy(exposures);
        if (sorted[0] < 0) return Figure.Undefined("an exposure is below 0");
        var sum = new NeumaierSum();
        for (var at = 0; at < sorted.Length; at++) sum.Add((2 * at - sorted.Length + 1.0) * sorted[at]);
        return Figure.Ratio(sum.Value, sorted.Length * Sums.Of(sorted), "nothing is shown");
    }
}
