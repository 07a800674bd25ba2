namespace Weighhouse.Stats;

/// <summary>
/// Count, mean, variance and range of a stream in constant memory (Welford), and of several streams together (Chan). NaN and
/// infinite values are
/// counted and left out.
/// </summary>
public record struct RunningMoments
{
    private double _squares;

    /// <summary>How many finite values there were.</summary>
    public long Count { get; private set; }

    public long NaNs { get; private set; }

    public long Infinities { get; private set; }

    /// <summary>The mean of the finite values; 0 before the first.</summary>
    public double Mean { get; private set; }

    public double Minimum { get; private set; }

    public double Maximum { get; private set; }

    /// <summary>Of a sample; NaN for fewer than two values.</summary>
    public readonly double Variance => Count < 2 ? double.NaN : _squares / (Count - 1);

    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            if (double.IsNaN(value)) NaNs++;
            else Infinities++;
            return;
        }

        Minimum = Count == 0 ? value : Math.Min(Minimum, value);
        Maximum = Count == 0 ? value : Math.Max(Maximum, value);
        var distance = value - Mean;
        Mean += distance / ++Count;
        _squares += distance * (value - Mean);
    }

    public void Add(in RunningMoments other)
    {
        (NaNs, Infinities) = (NaNs + other.NaNs, Infinities + other.Infinities);
        if (other.Count == 0) return;
        if (Count == 0)
        {
            var (nans, infinities) = (NaNs, Infinities);
            this = other;
            (NaNs, Infinities) = (nans, infinities);
            return;
        }

        var distance = other.Mean - Mean;
        var share = other.Count / (double)(Count + other.Count);
        _squares += other._squares + distance * distance * Count * share;
        Mean += distance * share;
        Count += other.Count;
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
    }
}
