namespace Weighhouse.Tests.Blobs.Planes;

/// <summary>Weights as training leaves them, and the same after a fine-tune of all of them.</summary>
internal static class FineTunes
{
    public static (byte[] Weights, byte[] Tuned) Bf16(Random random, int count, double noise)
    {
        var (weights, tuned) = Floats(random, count, noise);
        return (ToBf16(weights), ToBf16(tuned));
    }

    public static (byte[] Weights, byte[] Tuned) F32(Random random, int count, double noise)
    {
        var (weights, tuned) = Floats(random, count, noise);
        return (ToF32(weights), ToF32(tuned));
    }

    /// <summary>Each weight a little larger or smaller than it was.</summary>
    public static float[] Tune(Random random, float[] weights, double noise) =>
        [.. weights.Select(weight => (float)(weight * (1 + noise * Normal(random))))];

    public static float[] Weights(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(0.02 * Normal(random)))];

    public static byte[] ToF32(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    /// <summary>The upper half of an f32, rounded to even.</summary>
    public static byte[] ToBf16(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(ushort)];
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(ushort)), (ushort)((bits + 0x7fff + (bits >> 16 & 1)) >> 16));
        }

        return bytes;
    }

    private static (float[] Weights, float[] Tuned) Floats(Random random, int count, double noise)
    {
        var weights = Weights(random, count);
        return (weights, Tune(random, weights, noise));
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
