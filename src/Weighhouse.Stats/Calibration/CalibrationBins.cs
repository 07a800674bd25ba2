namespace Weighhouse.Stats;

/// <summary>How rows are gathered into bins of like probability.</summary>
public enum Binning
{
    /// <summary>Bins of equal width between 0 and 1.</summary>
    EqualWidth,

    /// <summary>Bins of equally many rows; equal probabilities stay together.</summary>
    EqualCount,
}

/// <param name="MeanProbability">What was foretold.</param>
/// <param name="Frequency">What came.</param>
public readonly record struct CalibrationBin(double Low, double High, int Count, double MeanProbability, double Frequency);

/// <summary>Murphy's parts of the Brier score, exact for bins of any width.</summary>
/// <param name="Reliability">How far frequencies are from probabilities: 0 is best.</param>
/// <param name="Resolution">How far frequencies of bins are from that of all rows: more is better.</param>
/// <param name="Uncertainty">What lies in the data alone.</param>
/// <param name="WithinBins">What probabilities that differ inside a bin add; 0 when they do not.</param>
public readonly record struct BrierParts(double Reliability, double Resolution, double Uncertainty, double WithinBins)
{
    public double Brier => Reliability - Resolution + Uncertainty + WithinBins;
}

/// <summary>Probabilities held against frequencies, bin by bin, and the errors of calibration that follow.</summary>
public sealed class CalibrationBins
{
    private readonly int _rows;
    private readonly double _brier;
    private readonly double _prevalence;

    private CalibrationBins(IReadOnlyList<CalibrationBin> bins, int rows, double brier, double prevalence) =>
        (Bins, _rows, _brier, _prevalence) = (bins, rows, brier, prevalence);

    /// <summary>The bins that have rows.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>The mean distance of frequency from probability over the rows (ECE).</summary>
    public double ExpectedError => Bins.Sum(bin => bin.Count * Math.Abs(bin.Frequency - bin.MeanProbability)) / _rows;

    /// <summary>The largest distance of a bin (MCE).</summary>
    public double MaximumError => Bins.Max(bin => Math.Abs(bin.Frequency - bin.MeanProbability));

    /// <summary>
    /// The mean squared distance with the share that chance alone puts there taken out (Kumar, Liang and Ma 2019): 0 on average for a
    /// calibrated model, and so sometimes negative.
    /// </summary>
    public Figure DebiasedSquaredError
    {
        get
        {
            if (Bins.Any(bin => bin.Count < 2)) return Figure.Undefined("a bin has one row only, whose chance cannot be told");
            var sum = new NeumaierSum();
            foreach (var bin in Bins)
            {
                var distance = bin.Frequency - bin.MeanProbability;
                sum.Add(bin.Count * (distance * distance - bin.Frequency * (1 - bin.Frequency) / (bin.Count - 1)));
            }

            return sum.Value / _rows;
        }
    }

    public BrierParts BrierParts
    {
        get
        {
            var (reliability, resolution) = (new NeumaierSum(), new NeumaierSum());
            foreach (var bin in Bins)
            {
                reliability.Add(bin.Count * Math.Pow(bin.Frequency - bin.MeanProbability, 2) / _rows);
                resolution.Add(bin.Count * Math.Pow(bin.Frequency - _prevalence, 2) / _rows);
            }

            var uncertainty = _prevalence * (1 - _prevalence);
            return new BrierParts(reliability.Value, resolution.Value, uncertainty,
                _brier - reliability.Value + resolution.Value - uncertainty);
        }
    }

    /// <param name="bins">How many; at least 1.</param>
    public static Kernel.Result<CalibrationBins> Of(
        ReadOnlySpan<bool> truth, ReadOnlySpan<double> probabilities, int bins = 10, Binning binning = Binning.EqualWidth)
    {
        if (bins < 1) return Kernel.Error.Invalid($"bins is {bins}; it must be at least 1.", "bins");
        if (ProbabilityLoss.Problem(truth.Length, probabilities) is { } problem)
            return Kernel.Error.Precondition($"There is no calibration to tell of, as {problem}.");
        var edges = Edges(probabilities, bins, binning);
        var counts = new int[bins];
        var hits = new int[bins];
        var sums = new NeumaierSum[bins];
        for (var at = 0; at < truth.Length; at++)
        {
            // A bin holds its upper edge and not its lower one, as scikit-learn's does.
            var bin = Order.CountBelow(edges.AsSpan(1, bins - 1), probabilities[at]);
            counts[bin]++;
            if (truth[at]) hits[bin]++;
            sums[bin].Add(probabilities[at]);
        }

        var kept = Enumerable.Range(0, bins).Where(bin => counts[bin] > 0).Select(bin => new CalibrationBin(
            edges[bin], edges[bin + 1], counts[bin], sums[bin].Value / counts[bin], hits[bin] / (double)counts[bin]));
        return new CalibrationBins(
            [.. kept], truth.Length, ProbabilityLoss.Brier(truth, probabilities).Value, truth.Count(true) / (double)truth.Length);
    }

    /// <summary>The mean over classes of each class's expected error against the rest, each class counting alike (classwise ECE).</summary>
    public static Figure ClasswiseError(
        ReadOnlySpan<int> truth, ReadOnlySpan<double> probabilities, int classes, int bins = 10, Binning binning = Binning.EqualWidth)
    {
        if (ProbabilityLoss.Problem(truth, probabilities, classes) is { } problem) return Figure.Undefined(problem);
        var sum = new NeumaierSum();
        var isOfClass = new bool[truth.Length];
        var column = new double[truth.Length];
        for (var kind = 0; kind < classes; kind++)
        {
            for (var at = 0; at < truth.Length; at++)
                (isOfClass[at], column[at]) = (truth[at] == kind, probabilities[at * classes + kind]);
            sum.Add(Of(isOfClass, column, bins, binning).Value.ExpectedError);
        }

        return sum.Value / classes;
    }

    private static double[] Edges(ReadOnlySpan<double> probabilities, int bins, Binning binning)
    {
        var edges = new double[bins + 1];
        var sorted = binning == Binning.EqualCount ? Order.SortedCopy(probabilities) : [];
        for (var at = 0; at <= bins; at++)
        {
            var share = at == bins ? 1 : at * (1.0 / bins);
            // By way of percent, as scikit-learn goes: an edge that falls on a value must round to the same side of it.
            edges[at] = binning == Binning.EqualCount ? Order.Quantile(sorted, share * 100 / 100) : share;
        }

        return edges;
    }
}
