using System.Numerics;
using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Planes;

/// <summary>
/// Numbers of a fixed width, laid out by the place of the byte: first the lowest byte of every number, then the next one, and so on.
/// Signs and exponents, which repeat, part from mantissas, which do not. What is left over behind the last whole number stays last.
/// </summary>
internal static class BytePlanes
{
    /// <summary>Whether numbers of this many bytes can be laid out.</summary>
    public static bool IsWidth(int width) => width is 1 or 2 or 4 or 8;

    /// <summary>Lays out <paramref name="numbers"/> by planes.</summary>
    public static void Split(ReadOnlySpan<byte> numbers, int width, Span<byte> planes)
    {
        Invariant.That(IsWidth(width) && planes.Length == numbers.Length);
        var count = numbers.Length / width;
        var done = width switch
        {
            2 => SplitPairs(numbers, count, planes),
            4 => SplitFours(numbers, count, planes),
            8 => SplitEights(numbers, count, planes),
            _ => 0,
        };
        for (var plane = 0; plane < width; plane++)
        {
            var target = planes.Slice(plane * count, count);
            for (var i = done; i < count; i++) target[i] = numbers[i * width + plane];
        }

        numbers[(count * width)..].CopyTo(planes[(count * width)..]);
    }

    /// <summary>What <see cref="Split"/> has laid out, as it was.</summary>
    public static void Join(ReadOnlySpan<byte> planes, int width, Span<byte> numbers)
    {
        Invariant.That(IsWidth(width) && planes.Length == numbers.Length);
        var count = numbers.Length / width;
        var done = width switch
        {
            2 => JoinPairs(planes, count, numbers),
            4 => JoinFours(planes, count, numbers),
            8 => JoinEights(planes, count, numbers),
            _ => 0,
        };
        for (var plane = 0; plane < width; plane++)
        {
            var source = planes.Slice(plane * count, count);
            for (var i = done; i < count; i++) numbers[i * width + plane] = source[i];
        }

        planes[(count * width)..].CopyTo(numbers[(count * width)..]);
    }

    /// <summary>
    /// Puts into <paramref name="bytes"/> where they differ from <paramref name="other"/>; done again, it takes that back.
    /// </summary>
    public static void Xor(Span<byte> bytes, ReadOnlySpan<byte> other)
    {
        Invariant.That(bytes.Length == other.Length);
        var at = 0;
        for (; at <= bytes.Length - Vector<byte>.Count; at += Vector<byte>.Count)
            (new Vector<byte>(bytes[at..]) ^ new Vector<byte>(other[at..])).CopyTo(bytes[at..]);
        for (; at < bytes.Length; at++) bytes[at] ^= other[at];
    }

    private static int SplitPairs(ReadOnlySpan<byte> numbers, int count, Span<byte> planes)
    {
        var source = MemoryMarshal.Cast<byte, ushort>(numbers);
        Span<byte> low = planes[..count], high = planes.Slice(count, count);
        var (step, half, mask) = (Vector<byte>.Count, Vector<ushort>.Count, new Vector<ushort>(0xff));
        var at = 0;
        for (; at <= count - step; at += step)
        {
            var (first, second) = (new Vector<ushort>(source[at..]), new Vector<ushort>(source[(at + half)..]));
            Vector.Narrow(first & mask, second & mask).CopyTo(low[at..]);
            Vector.Narrow(first >> 8, second >> 8).CopyTo(high[at..]);
        }

        return at;
    }

    private static int SplitFours(ReadOnlySpan<byte> numbers, int count, Span<byte> planes)
    {
        var source = MemoryMarshal.Cast<byte, uint>(numbers);
        var (step, quarter, mask) = (Vector<byte>.Count, Vector<uint>.Count, new Vector<uint>(0xff));
        var at = 0;
        for (; at <= count - step; at += step)
        {
            var first = new Vector<uint>(source[at..]);
            var second = new Vector<uint>(source[(at + quarter)..]);
            var third = new Vector<uint>(source[(at + 2 * quarter)..]);
            var fourth = new Vector<uint>(source[(at + 3 * quarter)..]);
            for (var plane = 0; plane < 4; plane++)
            {
                var shift = plane * 8;
                var lower = Vector.Narrow(first >> shift & mask, second >> shift & mask);
                var upper = Vector.Narrow(third >> shift & mask, fourth >> shift & mask);
                Vector.Narrow(lower, upper).CopyTo(planes[(plane * count + at)..]);
            }
        }

        return at;
    }

    private static int SplitEights(ReadOnlySpan<byte> numbers, int count, Span<byte> planes)
    {
        var source = MemoryMarshal.Cast<byte, ulong>(numbers);
        var (step, eighth, mask) = (Vector<byte>.Count, Vector<ulong>.Count, new Vector<ulong>(0xff));
        var at = 0;
        for (; at <= count - step; at += step)
        {
            for (var plane = 0; plane < 8; plane++)
            {
                var lower = Vector.Narrow(Pair(source[at..]), Pair(source[(at + 2 * eighth)..]));
                var upper = Vector.Narrow(Pair(source[(at + 4 * eighth)..]), Pair(source[(at + 6 * eighth)..]));
                Vector.Narrow(lower, upper).CopyTo(planes[(plane * count + at)..]);

                Vector<uint> Pair(ReadOnlySpan<ulong> from) => Vector.Narrow(
                    new Vector<ulong>(from) >> (plane * 8) & mask, new Vector<ulong>(from[eighth..]) >> (plane * 8) & mask);
            }
        }

        return at;
    }

    private static int JoinPairs(ReadOnlySpan<byte> planes, int count, Span<byte> numbers)
    {
        var target = MemoryMarshal.Cast<byte, ushort>(numbers);
        var at = 0;
        for (; at <= count - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            Pairs(planes[at..], planes[(count + at)..], out var first, out var second);
            first.CopyTo(target[at..]);
            second.CopyTo(target[(at + Vector<ushort>.Count)..]);
        }

        return at;
    }

    private static int JoinFours(ReadOnlySpan<byte> planes, int count, Span<byte> numbers)
    {
        var target = MemoryMarshal.Cast<byte, uint>(numbers);
        var quarter = Vector<uint>.Count;
        var at = 0;
        for (; at <= count - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            Pairs(planes[at..], planes[(count + at)..], out var first, out var second);
            Pairs(planes[(2 * count + at)..], planes[(3 * count + at)..], out var firstHigh, out var secondHigh);
            Fours(first, firstHigh, target[at..], quarter);
            Fours(second, secondHigh, target[(at + 2 * quarter)..], quarter);
        }

        return at;

        static void Fours(Vector<ushort> low, Vector<ushort> high, Span<uint> target, int quarter)
        {
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var firstHigh, out var secondHigh);
            (first | firstHigh << 16).CopyTo(target);
            (second | secondHigh << 16).CopyTo(target[quarter..]);
        }
    }

    private static int JoinEights(ReadOnlySpan<byte> planes, int count, Span<byte> numbers)
    {
        var target = MemoryMarshal.Cast<byte, ulong>(numbers);
        var eighth = Vector<ulong>.Count;
        var at = 0;
        for (; at <= count - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            Span<ulong> numbersHere = target.Slice(at, 8 * eighth);
            numbersHere.Clear();
            for (var plane = 0; plane < 8; plane++)
            {
                Vector.Widen(new Vector<byte>(planes[(plane * count + at)..]), out var lower, out var upper);
                Add(lower, numbersHere, plane * 8);
                Add(upper, numbersHere[(4 * eighth)..], plane * 8);
            }
        }

        return at;

        void Add(Vector<ushort> bytes, Span<ulong> here, int shift)
        {
            Vector.Widen(bytes, out var lower, out var upper);
            Vector.Widen(lower, out var first, out var second);
            Vector.Widen(upper, out var third, out var fourth);
            (new Vector<ulong>(here) | first << shift).CopyTo(here);
            (new Vector<ulong>(here[eighth..]) | second << shift).CopyTo(here[eighth..]);
            (new Vector<ulong>(here[(2 * eighth)..]) | third << shift).CopyTo(here[(2 * eighth)..]);
            (new Vector<ulong>(here[(3 * eighth)..]) | fourth << shift).CopyTo(here[(3 * eighth)..]);
        }
    }

    /// <summary>Numbers of two bytes from their planes.</summary>
    private static void Pairs(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, out Vector<ushort> first, out Vector<ushort> second)
    {
        Vector.Widen(new Vector<byte>(low), out var firstLow, out var secondLow);
        Vector.Widen(new Vector<byte>(high), out var firstHigh, out var secondHigh);
        (first, second) = (firstLow | firstHigh << 8, secondLow | secondHigh << 8);
    }
}
