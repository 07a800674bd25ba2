using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Whether a relevance counts as it is, or as 2ʳ − 1.</summary>
public enum GainScale
{
    Linear,
    Exponential,
}

/// <summary>Discounted cumulative gain of one list: what lies further down counts for less, by the logarithm of its place.</summary>
public static class Gain
{
    /// <param name="relevances">The relevance of each item.</param>
    /// <param name="scores">The score each item is ranked by; items of equal score share the gain of their places.</param>
    /// <param name="depth">How many places count; all of them by default.</param>
    public static Figure Discounted(
        ReadOnlySpan<double> relevances, ReadOnlySpan<double> scores, int? depth = null, GainScale scale = GainScale.Linear)
    {
        if (Problem(relevances, scores) is { } problem) return Figure.Undefined(problem);
        var order = Order.Descending(scores);
        var sum = new NeumaierSum();
        for (var first = 0; first < order.Length;)
        {
            var end = first;
            var (gain, discount) = (new NeumaierSum(), new NeumaierSum());
            for (; end < order.Length && scores[order[end]] == scores[order[first]]; end++)
            {
                gain.Add(Scaled(relevances[order[end]], scale));
                if (end < (depth ?? int.MaxValue)) discount.Add(1 / Math.Log2(end + 2));
            }

            sum.Add(gain.Value / (end - first) * discount.Value);
            first = end;
        }

        return sum.Value;
    }

    /// <summary>The gain as a share of that of the best order.</summary>
    public static Figure Normalized(
        ReadOnlySpan<double> relevances, ReadOnlySpan<double> scores, int? depth = null, GainScale scale = GainScale.Linear)
    {
        var gain = Discounted(relevances, scores, depth, scale);
        if (!gain.IsDefined) return gain;
        var best = Discounted(relevances, relevances, depth, scale).Value;
        if (best == 0) return Figure.Undefined("no item is relevant", 0);
        var share = gain.Value / best;
        foreach (var relevance in relevances)
            if (relevance < 0) return Figure.Undefined("a relevance is below 0, so that the share has no bounds", share);
        return share;
    }

    private static double Scaled(double relevance, GainScale scale) => scale == GainScale.Linear ? relevance : Math.Pow(2, relevance) - 1;

    private static string? Problem(ReadOnlySpan<double> relevances, ReadOnlySpan<double> scores)
    {
        Invariant.That(relevances.Length == scores.Length);
        if (scores.IsEmpty) return "there are no items";
        if (Order.FirstNaN(relevances) is var at and >= 0) return $"the relevance of item {at} is not a number";
        return Order.FirstNaN(scores) is var nan and >= 0 ? $"the score of item {nan} is not a number" : null;
    }
}
