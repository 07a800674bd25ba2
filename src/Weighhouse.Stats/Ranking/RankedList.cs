using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Figures of one ranked list. Over many lists take <see cref="Mean"/> of them.</summary>
public static class RankedList
{
    /// <summary>The share of the first k places that hold something relevant; a list that ends earlier has empty places.</summary>
    public static Figure PrecisionAt(int k, ReadOnlySpan<bool> isRelevant)
    {
        Invariant.That(k > 0);
        return Hits(k, isRelevant) / (double)k;
    }

    /// <param name="relevant">How many relevant items there are, in the list or not.</param>
    public static Figure RecallAt(int k, ReadOnlySpan<bool> isRelevant, int relevant) =>
        Figure.Ratio(Hits(k, isRelevant), relevant, "nothing is relevant");

    /// <summary>1 when the first k places hold anything relevant, else 0.</summary>
    public static Figure HitAt(int k, ReadOnlySpan<bool> isRelevant) => Hits(k, isRelevant) > 0 ? 1 : 0;

    /// <summary>One over the first relevant place; 0 when there is none in the list.</summary>
    public static Figure ReciprocalRank(ReadOnlySpan<bool> isRelevant) => isRelevant.IndexOf(true) is var at and >= 0 ? 1.0 / (at + 1) : 0;

    /// <summary>The mean of the precision at each relevant place, of the most that k places can hold.</summary>
    public static Figure AveragePrecisionAt(int k, ReadOnlySpan<bool> isRelevant, int relevant)
    {
        Invariant.That(k > 0);
        if (relevant == 0) return Figure.Undefined("nothing is relevant");
        var (sum, hits) = (new NeumaierSum(), 0);
        for (var at = 0; at < isRelevant.Length && at < k; at++)
            if (isRelevant[at]) sum.Add(++hits / (at + 1.0));
        return sum.Value / Math.Min(k, relevant);
    }

    /// <summary>The mean over lists. Lists for which the figure is undefined are left out, and how many is told.</summary>
    public static (Figure Mean, int LeftOut) Mean(IEnumerable<Figure> figures)
    {
        var (mean, leftOut) = (new FigureMean(), 0);
        foreach (var figure in figures)
        {
            if (figure.IsDefined) mean.Add(figure, 1, "");
            else leftOut++;
        }

        return (mean.Mean("no list has the figure"), leftOut);
    }

    private static int Hits(int k, ReadOnlySpan<bool> isRelevant) => isRelevant[..Math.Min(k, isRelevant.Length)].Count(true);
}
