using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Where the error of a way of training comes from: parts that more data or a larger model mend, and those that nothing
/// does.</summary>
/// <param name="Loss">The mean loss over rows and refits: bias + variance + noise where the loss is squared.</param>
/// <param name="Bias">What refits have wrong in common; with noise in it unless that was given.</param>
/// <param name="Variance">How much refits differ; of the loss of 0 and 1, what their differences cost on the whole.</param>
/// <param name="Noise">What no model can foretell.</param>
public readonly record struct BiasVariance(double Loss, double Bias, double Variance, double Noise)
{
    /// <summary>
    /// Of squared errors: E[(f̂ − f̄)²], (f̄ − y)² less noise, noise.
    /// </summary>
    /// <param name="predictions">The predictions of all rows by one refit, then by the next.</param>
    /// <param name="noise">The variance of the truth of one row given its features; 0 when it is not known.</param>
    public static Result<BiasVariance> OfSquares(ReadOnlySpan<double> truth, ReadOnlySpan<double> predictions, double noise = 0)
    {
        if (Problem(truth.Length, predictions.Length) is { } problem) return problem;
        var refits = predictions.Length / truth.Length;
        var (bias, variance) = (new NeumaierSum(), new NeumaierSum());
        for (var row = 0; row < truth.Length; row++)
        {
            var moments = new RunningMoments();
            for (var refit = 0; refit < refits; refit++) moments.Add(predictions[refit * truth.Length + row]);
            if (moments.Count < refits) return Error.Precondition($"A prediction of row {row} is not a finite number.");
            bias.Add((moments.Mean - truth[row]) * (moments.Mean - truth[row]));
            variance.Add(moments.Variance * (refits - 1) / refits);
        }

        var (meanBias, meanVariance) = (bias.Value / truth.Length, variance.Value / truth.Length);
        return new BiasVariance(meanBias + meanVariance, meanBias - noise, meanVariance, noise);
    }

    /// <summary>
    /// Of the loss of 0 and 1, without noise (Domingos 2000): a row is biased when the prediction of most refits is wrong. Variance
    /// costs on unbiased rows and helps on biased ones, so loss = bias + variance with the sign of each row (net variance).
    /// </summary>
    /// <param name="predictions">The classes of all rows by one refit, then by the next.</param>
    public static Result<BiasVariance> OfClasses(ReadOnlySpan<int> truth, ReadOnlySpan<int> predictions)
    {
        if (Problem(truth.Length, predictions.Length) is { } problem) return problem;
        var refits = predictions.Length / truth.Length;
        var (biased, net, wrong) = (0L, 0L, 0L);
        for (var row = 0; row < truth.Length; row++)
        {
            var counts = new SortedDictionary<int, int>();
            for (var refit = 0; refit < refits; refit++)
                counts[predictions[refit * truth.Length + row]] = counts.GetValueOrDefault(predictions[refit * truth.Length + row]) + 1;
            // Of equally frequent classes the smallest, so that the answer repeats.
            var main = counts.MaxBy(count => count.Value).Key;
            var misses = refits - counts.GetValueOrDefault(truth[row]);
            wrong += misses;
            if (main != truth[row]) biased++;
            net += misses - (main != truth[row] ? refits : 0);
        }

        var all = (double)truth.Length * refits;
        return new BiasVariance(wrong / all, biased / (double)truth.Length, net / all, 0);
    }

    private static Error? Problem(int rows, int predictions)
    {
        if (rows == 0) return Error.Precondition("There are no rows to tell bias from variance by.");
        Invariant.That(predictions % rows == 0);
        return predictions / rows < 2 ? Error.Precondition("One refit does not tell variance; fit at least 2, better 100.") : null;
    }
}
