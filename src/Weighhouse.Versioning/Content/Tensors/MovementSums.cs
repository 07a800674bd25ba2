using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Weighhouse.Versioning.Content.Tensors;

/// <summary>
/// Sums over a block of two tensors, from which the movement of both follows. Adding blocks in order gives one answer always.
/// </summary>
internal struct MovementSums
{
    /// <summary>Numbers converted at once: both sides stay in the first cache.</summary>
    private const int StripNumbers = 1_024;

    private double _distance, _distanceSquares, _oldSquares, _newSquares, _products, _distanceMax;
    private long _elements, _changed, _oldNan, _newNan, _oldInfinite, _newInfinite;

    public static MovementSums Of(NumberType type, ReadOnlySpan<byte> old, ReadOnlySpan<byte> current)
    {
        var sums = default(MovementSums);
        var size = NumberTypes.BytesOf(type);
        sums._elements = old.Length / size;
        sums._changed = CountDifferent(size, old, current);
        Span<double> a = stackalloc double[StripNumbers], b = stackalloc double[StripNumbers];
        for (var at = 0; at < old.Length; at += StripNumbers * size)
        {
            var count = Math.Min(StripNumbers, (old.Length - at) / size);
            NumberTypes.ToDoubles(type, old.Slice(at, count * size), a[..count]);
            NumberTypes.ToDoubles(type, current.Slice(at, count * size), b[..count]);
            sums.Add(a[..count], b[..count]);
        }

        return sums;
    }

    public void Add(in MovementSums next)
    {
        _distance += next._distance;
        _distanceSquares += next._distanceSquares;
        _oldSquares += next._oldSquares;
        _newSquares += next._newSquares;
        _products += next._products;
        _distanceMax = Math.Max(_distanceMax, next._distanceMax);
        _elements += next._elements;
        _changed += next._changed;
        _oldNan += next._oldNan;
        _newNan += next._newNan;
        _oldInfinite += next._oldInfinite;
        _newInfinite += next._newInfinite;
    }

    public readonly TensorMovement ToMovement() => new(
        _elements, _changed, _distanceMax, _elements == 0 ? 0 : _distance / _elements,
        _distanceSquares == 0 ? 0 : Math.Sqrt(_distanceSquares / _oldSquares), Cosine(), Math.Sqrt(_oldSquares), Math.Sqrt(_newSquares),
        _oldNan, _newNan, _oldInfinite, _newInfinite);

    private readonly double Cosine()
    {
        var cosine = _products / (Math.Sqrt(_oldSquares) * Math.Sqrt(_newSquares));
        return double.IsNaN(cosine) ? double.NaN : Math.Clamp(cosine, -1, 1);
    }

    private void Add(ReadOnlySpan<double> old, ReadOnlySpan<double> current)
    {
        var (distance, distanceSquares, oldSquares) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var (newSquares, products, max) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        ref var a = ref MemoryMarshal.GetReference(old);
        ref var b = ref MemoryMarshal.GetReference(current);
        var i = 0;
        for (; i <= old.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var (one, other) = (Vector256.LoadUnsafe(ref a, (nuint)i), Vector256.LoadUnsafe(ref b, (nuint)i));
            // Only what is finite leaves nothing when taken from itself.
            var isFinite = Vector256.Equals((one - one) + (other - other), Vector256<double>.Zero);
            if (isFinite.ExtractMostSignificantBits() != 0b1111)
            {
                for (var lane = 0; lane < Vector256<double>.Count; lane++) CountUnusual(one[lane], other[lane]);
                one = Vector256.ConditionalSelect(isFinite, one, Vector256<double>.Zero);
                other = Vector256.ConditionalSelect(isFinite, other, Vector256<double>.Zero);
            }

            var apart = Vector256.Abs(other - one);
            max = Vector256.Max(max, apart);
            distance += apart;
            distanceSquares += apart * apart;
            oldSquares += one * one;
            newSquares += other * other;
            products += one * other;
        }

        Add(Vector256.Sum(distance), Vector256.Sum(distanceSquares), Vector256.Sum(oldSquares), Vector256.Sum(newSquares));
        _products += Vector256.Sum(products);
        for (var lane = 0; lane < Vector256<double>.Count; lane++) _distanceMax = Math.Max(_distanceMax, max[lane]);
        for (; i < old.Length; i++) AddOne(old[i], current[i]);
    }

    private void AddOne(double one, double other)
    {
        if (!double.IsFinite(one) || !double.IsFinite(other))
        {
            CountUnusual(one, other);
            return;
        }

        var apart = Math.Abs(other - one);
        _distanceMax = Math.Max(_distanceMax, apart);
        _products += one * other;
        Add(apart, apart * apart, one * one, other * other);
    }

    private void Add(double distance, double distanceSquares, double oldSquares, double newSquares)
    {
        _distance += distance;
        _distanceSquares += distanceSquares;
        _oldSquares += oldSquares;
        _newSquares += newSquares;
    }

    private void CountUnusual(double one, double other)
    {
        if (double.IsNaN(one)) _oldNan++;
        else if (double.IsInfinity(one)) _oldInfinite++;
        if (double.IsNaN(other)) _newNan++;
        else if (double.IsInfinity(other)) _newInfinite++;
    }

    private static long CountDifferent(int size, ReadOnlySpan<byte> old, ReadOnlySpan<byte> current) => size switch
    {
        1 => CountDifferent<byte>(old, current),
        2 => CountDifferent<ushort>(old, current),
        4 => CountDifferent<uint>(old, current),
        _ => CountDifferent<ulong>(old, current),
    };

    private static long CountDifferent<T>(ReadOnlySpan<byte> oldBytes, ReadOnlySpan<byte> currentBytes)
        where T : unmanaged, IEquatable<T>
    {
        var old = MemoryMarshal.Cast<byte, T>(oldBytes);
        var current = MemoryMarshal.Cast<byte, T>(currentBytes);
        long same = 0;
        var i = 0;
        for (; i <= old.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            var equal = Vector256.Equals(
                Vector256.Create(old.Slice(i, Vector256<T>.Count)), Vector256.Create(current.Slice(i, Vector256<T>.Count)));
            same += BitOperations.PopCount(equal.ExtractMostSignificantBits());
        }

        for (; i < old.Length; i++)
            if (old[i].Equals(current[i])) same++;
        return old.Length - same;
    }
}
