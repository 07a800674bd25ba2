using System.Runtime.InteropServices;
using Weighhouse.Tests.Blobs;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Content.Tensors;
using static Weighhouse.Tests.Versioning.Content.ContentHouse;

namespace Weighhouse.Tests.Versioning.Content.Tensors;

public sealed class MovementTests(ITestOutputHelper output)
{
    private static readonly string[] Types =
        ["F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8"];

    [Fact]
    public void Numbers_of_every_type_move_as_far_as_one_by_one()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse();
        foreach (var type in Types)
        {
            var size = NumberTypes.BytesOf(NumberTypes.Of(type)!.Value);
            var count = random.Next(1, 5_000) + (type == "F32" ? 600_000 : 0);
            var old = RandomContent.Bytes(random.Next(), count * size);
            if (type == "F64") Shrink(old);
            byte[] current = [.. old];
            for (var i = random.Next(1, 200); i > 0; i--) current[random.Next(current.Length)] ^= 1;

            var diff = house.Diff(
                "m.safetensors", Safetensors(("t", type, [count], old)), Safetensors(("t", type, [count], current)),
                new ContentDiffDepth(Statistics: true));

            var movement = diff.Tensors!.Changes.Single().Movement!;
            Expect(One(type, old), One(type, current), old, current, size, movement);
        }
    }

    [Fact]
    public void What_is_not_finite_is_counted_and_left_out()
    {
        using var house = new ContentHouse();
        float[] old = [1, float.NaN, 3, float.PositiveInfinity, 5, 6, 7, 8, 9];
        float[] current = [2, 2, 3, 4, 5, 6, float.NegativeInfinity, 8, float.NaN];

        var movement = house.Diff(
            "m.safetensors", Safetensors(("t", "F32", [9], Floats(old))), Safetensors(("t", "F32", [9], Floats(current))),
            new ContentDiffDepth(Statistics: true)).Tensors!.Changes.Single().Movement!;

        Assert.Equal((9L, 5L, 1L, 1L, 1L, 1L), (
            movement.Elements, movement.ChangedElements, movement.OldNanCount, movement.NewNanCount, movement.OldInfinityCount,
            movement.NewInfinityCount));
        Assert.Equal((1.0, 1.0 / 9, Math.Sqrt(1.0 / (1 + 9 + 25 + 36 + 64))), (
            movement.DistanceMax, movement.DistanceMean, movement.RelativeDistance));
        var from = house.Diff(
            "m.safetensors", Safetensors(("t", "F32", [2], Floats(0, 0))), Safetensors(("t", "F32", [2], Floats(3, 4))),
            new ContentDiffDepth(Statistics: true)).Tensors!.Changes.Single().Movement!;
        Assert.Equal((double.PositiveInfinity, double.NaN, 5.0), (from.RelativeDistance, from.Cosine, from.NewNorm));
    }

    [Fact]
    public void Halves_are_read_exactly()
    {
        var bits = Enumerable.Range(0, 65_536).Select(i => (ushort)i).ToArray();
        var numbers = new double[bits.Length];
        NumberTypes.ToDoubles(NumberType.Float16, MemoryMarshal.AsBytes(bits.AsSpan()), numbers);
        Assert.Equal(bits.Select(value => (double)BitConverter.UInt16BitsToHalf(value)), numbers);
        Assert.Equal(
            (448.0, 57_344.0, -0.015625), (Of(NumberType.Float8E4M3, 0x7E), Of(NumberType.Float8E5M2, 0x7B),
            Of(NumberType.Float8E4M3, 0x88)));
        Assert.Equal((0.001953125, double.NaN, double.NegativeInfinity), (
            Of(NumberType.Float8E4M3, 1), Of(NumberType.Float8E4M3, 0xFF), Of(NumberType.Float8E5M2, 0xFC)));

        double Of(NumberType type, byte value)
        {
            var one = new double[1];
            NumberTypes.ToDoubles(type, [value], one);
            return one[0];
        }
    }

    private static void Expect(double[] old, double[] current, byte[] oldBytes, byte[] newBytes, int size, TensorMovement movement)
    {
        var finite = old.Zip(current).Where(pair => double.IsFinite(pair.First) && double.IsFinite(pair.Second)).ToList();
        Assert.Equal(
            oldBytes.Chunk(size).Zip(newBytes.Chunk(size)).Count(pair => !pair.First.SequenceEqual(pair.Second)), movement.ChangedElements);
        Near(finite.Max(pair => Math.Abs(pair.Second - pair.First)), movement.DistanceMax);
        Near(finite.Sum(pair => Math.Abs(pair.Second - pair.First)) / old.Length, movement.DistanceMean);
        Near(Math.Sqrt(finite.Sum(pair => pair.First * pair.First)), movement.OldNorm);
        Near(
            Math.Sqrt(finite.Sum(pair => Math.Pow(pair.Second - pair.First, 2)) / finite.Sum(pair => pair.First * pair.First)),
            movement.RelativeDistance);
        Assert.Equal((old.Count(double.IsNaN), current.Count(double.IsNaN)), ((int)movement.OldNanCount, (int)movement.NewNanCount));
    }

    private static void Near(double expected, double actual)
    {
        if (expected != actual) Assert.InRange(actual / expected, 1 - 1e-9, 1 + 1e-9);
    }

    /// <summary>Squares of random doubles overflow; these are between one and two, or negative.</summary>
    private static void Shrink(byte[] doubles)
    {
        for (var i = 7; i < doubles.Length; i += 8)
            (doubles[i], doubles[i - 1]) = ((byte)(doubles[i] & 0x80 | 0x3F), (byte)(doubles[i - 1] | 0xF0));
    }

    private static double[] One(string type, byte[] bytes)
    {
        var one = new double[bytes.Length / NumberTypes.BytesOf(NumberTypes.Of(type)!.Value)];
        return type switch
        {
            "F64" => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            "F32" => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)],
            "F16" => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (double)value)],
            "BF16" => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(
                value => (double)BitConverter.UInt32BitsToSingle((uint)value << 16))],
            "I64" => [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(value => (double)value)],
            "I32" => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(value => (double)value)],
            "I16" => [.. MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(value => (double)value)],
            "I8" => [.. bytes.Select(value => (double)(sbyte)value)],
            "U64" => [.. MemoryMarshal.Cast<byte, ulong>(bytes).ToArray().Select(value => (double)value)],
            "U32" => [.. MemoryMarshal.Cast<byte, uint>(bytes).ToArray().Select(value => (double)value)],
            "U16" => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => (double)value)],
            "U8" => [.. bytes.Select(value => (double)value)],
            _ => Small(type, bytes, one),
        };
    }

    private static double[] Small(string type, byte[] bytes, double[] numbers)
    {
        // By hand, from the definition: a sign, four or five bits of exponent, the rest of fraction.
        var fractionBits = type == "F8_E4M3" ? 3 : 2;
        var bias = type == "F8_E4M3" ? 7 : 15;
        for (var i = 0; i < bytes.Length; i++)
        {
            var (exponent, fraction) = (bytes[i] >> fractionBits & (0x7F >> fractionBits), bytes[i] & ((1 << fractionBits) - 1));
            var value = exponent == 0
                ? fraction * Math.Pow(2, 1 - bias - fractionBits)
                : ((1 << fractionBits) + fraction) * Math.Pow(2, exponent - bias - fractionBits);
            if (type == "F8_E5M2" && exponent == 31) value = fraction == 0 ? double.PositiveInfinity : double.NaN;
            if (type == "F8_E4M3" && exponent == 15 && fraction == 7) value = double.NaN;
            numbers[i] = bytes[i] >= 128 ? -value : value;
        }

        return numbers;
    }
}
