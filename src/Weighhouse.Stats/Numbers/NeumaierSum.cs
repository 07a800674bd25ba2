using System.Runtime.CompilerServices;

namespace Weighhouse.Stats;

/// <summary>A running sum that carries its rounding error along, so that its own error does not grow with the number of terms.</summary>
public struct NeumaierSum
{
    private double _sum;
    private double _error;

    public readonly double Value => double.IsFinite(_sum) ? _sum + _error : _sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double value)
    {
        // Knuth's two-sum: exact without asking which of the two is larger.
        var sum = _sum + value;
        var part = sum - _sum;
        _error += (_sum - (sum - part)) + (value - part);
        _sum = sum;
    }

    public void Add(in NeumaierSum other)
    {
        Add(other._sum);
        _error += other._error;
    }
}
