using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>What working down the list from the highest score gains: for each share of rows, the share of positives found.</summary>
/// <param name="Lifts">How many times more than by chance; undefined where no row is taken, so it has one point fewer.</param>
public sealed record GainCurve(double[] Shares, double[] Gains, double[] Lifts)
{
    public static Result<GainCurve> Of(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        if (ScoredRows.Problem(scores) is { } problem) return Error.Precondition($"There is no gain curve, as {problem}.");
        var rows = ScoredRows.Of(truth, scores);
        if (rows.AllPositives == 0) return Error.Precondition("There is no gain curve, as no row is truly positive.");
        double all = rows.AllPositives + rows.AllNegatives;
        double[] shares = [0, .. rows.Positives.Zip(rows.Negatives, (positives, negatives) => (positives + negatives) / all)];
        double[] gains = [0, .. rows.Positives.Select(positives => positives / (double)rows.AllPositives)];
        return new GainCurve(shares, gains, [.. gains.Skip(1).Zip(shares.Skip(1), (gain, share) => gain / share)]);
    }
}
