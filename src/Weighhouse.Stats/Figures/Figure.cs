using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// A figure, or why there is none. Where scikit-learn 1.2.1 answers a number all the same, that number comes along in
/// <see cref="InSklearn"/>, so that parity is a choice of the reader and not a mode of the computation.
/// </summary>
public readonly record struct Figure
{
    private readonly double _value;

    private Figure(double value, string? reason, double? sklearn)
    {
        _value = value;
        Reason = reason;
        InSklearn = sklearn;
    }

    /// <summary>Why there is no value; null when there is one.</summary>
    public string? Reason { get; }

    public bool IsDefined => Reason is null;

    /// <summary>The value; asking an undefined figure for it is a bug.</summary>
    public double Value =>
        Reason is null ? _value : throw new InvariantException($"An undefined figure has no value: {Reason}");

    public double? OrNull => Reason is null ? _value : null;

    /// <summary>What scikit-learn 1.2.1 answers to the same question (which may be NaN); null where it raises an error.</summary>
    public double? InSklearn { get; }

    /// <summary>A number, which is never NaN: a computation that ends in NaN has a reason to give.</summary>
    public static Figure Of(double value) =>
        double.IsNaN(value) ? Undefined("the values give no number, as infinite ones among them cancel out", double.NaN)
            : new(value, null, value);

    /// <param name="reason">Continues the sentence "there is no value because ...".</param>
    /// <param name="sklearn">What scikit-learn 1.2.1 answers; null where it raises an error or has no such figure.</param>
    public static Figure Undefined(string reason, double? sklearn = null) => new(0, reason, sklearn);

    /// <summary>A number that scikit-learn 1.2.1 computes otherwise.</summary>
    public static Figure Of(double value, double? sklearn) => new(value, null, sklearn);

    /// <summary>A share; undefined for the given reason when there is nothing to take a share of.</summary>
    public static Figure Ratio(double part, double whole, string reason, double? sklearn = null) =>
        whole == 0 ? Undefined(reason, sklearn) : Of(part / whole);

    public Figure Map(Func<double, double> map) =>
        Reason is null ? Of(map(_value)) : Undefined(Reason, InSklearn is { } other ? map(other) : null);

    public static implicit operator Figure(double value) => Of(value);

    public override string ToString() => Reason is null ? _value.ToString("R") : $"undefined: {Reason}";
}
