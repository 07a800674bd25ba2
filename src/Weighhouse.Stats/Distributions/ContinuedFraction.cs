namespace Weighhouse.Stats;

/// <summary>b₀ + a₁/(b₁ + a₂/(b₂ + …)) from the front, by Lentz's method.</summary>
internal struct ContinuedFraction
{
    private const double Tiny = 1e-300;

    /// <summary>Two last bits: below that a step changes nothing that rounding does not.</summary>
    private const double Enough = 4e-16;

    private double _numerator;
    private double _denominator;
    private double _step;

    public ContinuedFraction(double first)
    {
        Value = first == 0 ? Tiny : first;
        _numerator = Value;
        _denominator = 0;
        _step = 0;
    }

    public double Value { get; private set; }

    public readonly bool IsDone => Math.Abs(_step - 1) <= Enough || double.IsNaN(Value);

    public void Add(double above, double below)
    {
        _denominator = below + above * _denominator;
        if (_denominator == 0) _denominator = Tiny;
        _numerator = below + above / _numerator;
        if (_numerator == 0) _numerator = Tiny;
        _denominator = 1 / _denominator;
        _step = _numerator * _denominator;
        Value *= _step;
    }
}
