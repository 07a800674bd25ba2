namespace Weighhouse.Stats;

/// <summary>An estimate with the interval that holds the truth in <paramref name="Level"/> of all repetitions.</summary>
/// <param name="Method">How it was computed, in the words of the literature: <c>wilson</c>, <c>delong</c>, <c>bca</c>.</param>
/// <param name="Reason">Why there is no interval; null when there is one.</param>
public readonly record struct Interval(double Estimate, double Low, double High, double Level, string Method, string? Reason = null)
{
    /// <summary>The share of repetitions an interval holds the truth in, when nobody asks for another.</summary>
    public const double DefaultLevel = 0.95;

    public bool IsDefined => Reason is null;

    public bool Contains(double value) => IsDefined && Low <= value && value <= High;

    public static Interval Undefined(string method, string reason, double level = DefaultLevel, double estimate = double.NaN) =>
        new(estimate, double.NaN, double.NaN, level, method, reason);

    /// <summary>The estimate plus and minus a multiple of its standard error.</summary>
    internal static Interval Around(double estimate, double halfWidth, double level, string method) =>
        new(estimate, estimate - halfWidth, estimate + halfWidth, level, method);

    internal Interval ClampedTo(double low, double high) => this with { Low = Math.Max(Low, low), High = Math.Min(High, high) };
}
