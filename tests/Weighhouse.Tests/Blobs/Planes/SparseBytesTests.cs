using Weighhouse.Blobs.Planes;

namespace Weighhouse.Tests.Blobs.Planes;

public sealed class SparseBytesTests(ITestOutputHelper output)
{
    [Fact]
    public void Mask_and_values_unite_to_what_they_were()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var bytes = SomeZeros(random, round < 200 ? round : random.Next(20_000), random.NextDouble());
            var mask = new byte[SparseBytes.MaskLength(bytes.Length)];
            var values = new byte[bytes.Length + 8];
            var count = SparseBytes.Part(bytes, mask, values);
            Assert.Equal(bytes.Count(value => value != 0), count);
            Assert.Equal(bytes.Length - count, SparseBytes.CountZeros(bytes));
            Assert.Equal(bytes.Where(value => value != 0), values.Take(count));
            Assert.Equal(count, SparseBytes.CountValues(mask, bytes.Length));
            // What lies behind the last value is not looked at.
            values.AsSpan(count).Fill(0xA5);
            var united = RandomContent.Bytes(random, bytes.Length);
            SparseBytes.Unite(mask, values.AsSpan(0, count + 8), united);
            Assert.Equal(bytes, united);
        }
    }

    [Fact]
    public void A_mask_with_bits_behind_the_last_byte_is_refused()
    {
        Assert.Equal(3, SparseBytes.CountValues([0b0000_0111], 3));
        Assert.Equal(-1, SparseBytes.CountValues([0b0000_1000], 3));
        Assert.Equal(-1, SparseBytes.CountValues([0xff, 0b1000_0000], 15));
    }

    public static byte[] SomeZeros(Random random, int length, double zeroShare)
    {
        var bytes = RandomContent.Bytes(random, length);
        for (var i = 0; i < length; i++) bytes[i] = random.NextDouble() < zeroShare ? (byte)0 : bytes[i];
        return bytes;
    }
}
