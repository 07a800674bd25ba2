using Weighhouse.Blobs.Planes;

namespace Weighhouse.Tests.Blobs.Planes;

public sealed class PlaneCodecTests(ITestOutputHelper output)
{
    private static readonly int[] Widths = [1, 2, 4, 8];

    [Fact]
    public void Numbers_of_every_kind_come_back_bit_by_bit()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var raw = SomeNumbers(random, round < 100 ? round : random.Next(100_000));
            var width = Widths[random.Next(Widths.Length)];
            // More than the bytes themselves: a header for each plane and two for one of mostly zeros.
            var packed = new byte[raw.Length + 128];
            var length = PlaneCodec.Pack(raw, width, packed);
            Assert.InRange(length, 1, packed.Length);
            var back = RandomContent.Bytes(random, raw.Length);
            Assert.True(PlaneCodec.TryUnpack(packed.AsSpan(0, length), back));
            Assert.Equal(raw, back);
        }
    }

    [Fact]
    public void What_does_not_fit_the_room_is_refused_and_nothing_is_written_behind_it()
    {
        var random = new Random(11);
        var raw = SomeNumbers(random, 5_000);
        var whole = new byte[raw.Length + 128];
        var length = PlaneCodec.Pack(raw, 2, whole);
        for (var room = 0; room < length; room += 1 + room / 16)
        {
            var target = new byte[length + 16];
            Assert.Equal(0, PlaneCodec.Pack(raw, 2, target.AsSpan(0, room)));
            Assert.All(target.AsSpan(room).ToArray(), value => Assert.Equal(0, value));
        }

        Assert.Equal(length, PlaneCodec.Pack(raw, 2, new byte[length]));
    }

    [Theory]
    [InlineData(1e-3, 0.08)]
    [InlineData(1e-2, 0.27)]
    public void A_fine_tune_of_bf16_weights_packs_to_a_small_share(double noise, double shareMax)
    {
        var (weights, tuned) = FineTunes.Bf16(new Random(3), 1 << 19, noise);
        BytePlanes.Xor(tuned, weights);
        var packed = new byte[tuned.Length];
        Assert.InRange(PlaneCodec.Pack(tuned, 2, packed), 1, (int)(tuned.Length * shareMax));
    }

    [Fact]
    public void A_fine_tune_of_f32_weights_packs_to_little_more_than_the_bytes_that_are_noise()
    {
        var (weights, tuned) = FineTunes.F32(new Random(3), 1 << 18, 1e-3);
        BytePlanes.Xor(tuned, weights);
        Assert.InRange(PlaneCodec.Pack(tuned, 4, new byte[tuned.Length]), 1, (int)(tuned.Length * 0.57));
    }

    [Fact]
    public void Zeros_cost_nothing()
    {
        var packed = new byte[100];
        Assert.InRange(PlaneCodec.Pack(new byte[1 << 20], 4, packed), 1, 32);
    }

    [Fact]
    public void Bytes_that_nobody_packed_are_refused_or_unpack_within_their_length()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var raw = SomeNumbers(random, random.Next(3_000));
            var packed = new byte[raw.Length + 128];
            var hostile = packed.AsSpan(0, PlaneCodec.Pack(raw, Widths[random.Next(Widths.Length)], packed)).ToArray();
            hostile = Spoil(random, hostile);
            // The length that the table says is the packer's enemy's choice too.
            var back = new byte[random.Next(4) == 0 ? random.Next(6_000) : raw.Length];
            if (!PlaneCodec.TryUnpack(hostile, back)) refused++;
        }

        Assert.InRange(refused, 1_000, 20_000);
    }

    [Fact]
    public void Cut_bytes_are_refused()
    {
        var random = new Random(5);
        var raw = SomeNumbers(random, 4_001);
        var packed = new byte[raw.Length + 128];
        var length = PlaneCodec.Pack(raw, 4, packed);
        for (var cut = 0; cut < length; cut++) Assert.False(PlaneCodec.TryUnpack(packed.AsSpan(0, cut), new byte[raw.Length]));
        Assert.False(PlaneCodec.TryUnpack(packed.AsSpan(0, length + 1), new byte[raw.Length]));
    }

    private static byte[] Spoil(Random random, byte[] packed)
    {
        switch (random.Next(4))
        {
            case 0:
                return RandomContent.Bytes(random, random.Next(200));
            case 1:
                return packed[..random.Next(packed.Length)];
            case 2:
                packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8));
                return packed;
            default:
                // Lengths that reach far behind the end, or below zero.
                if (packed.Length > 6) random.NextBytes(packed.AsSpan(2, 4));
                packed[0] = (byte)random.Next(10);
                return packed;
        }
    }

    private static byte[] SomeNumbers(Random random, int length) => random.Next(4) switch
    {
        0 => RandomContent.Bytes(random, length),
        1 => SparseBytesTests.SomeZeros(random, length, 0.9),
        2 => Enumerable.Range(0, length).Select(i => (byte)(i % 2 == 0 ? i * 7 : 60 + random.Next(3))).ToArray(),
        _ => new byte[length],
    };
}
