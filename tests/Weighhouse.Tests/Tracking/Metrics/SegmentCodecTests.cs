using System.Buffers.Binary;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tests.Tracking.Metrics;

public sealed class SegmentCodecTests
{
    [Fact]
    public void Any_points_come_back_to_the_last_bit()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var points = RandomPoints.Series(new Random(seed), seed % 10 == 0 ? 5_000 : 60);
            using var decoded = new PointBuffer();
            var error = SegmentCodec.Decode(SegmentCodec.Encode(points), decoded);
            Assert.True(error is null && RandomPoints.Same(points, decoded.Points), $"seed {seed}: {error}");
        }
    }

    [Fact]
    public void A_NaN_keeps_its_payload()
    {
        var odd = BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_1234);
        using var decoded = new PointBuffer();
        Assert.Null(SegmentCodec.Decode(SegmentCodec.Encode([new MetricPoint(odd, 1, 2)]), decoded));
        Assert.Equal(0x7FF8_0000_0000_1234, BitConverter.DoubleToInt64Bits(decoded.Points[0].Value));
    }

    [Fact]
    public void Regular_steps_and_times_cost_next_to_nothing()
    {
        var points = Enumerable.Range(0, 16_384).Select(i => new MetricPoint(i, 1_700_000_000_000 + (i * 20L), i)).ToArray();
        Assert.InRange(SegmentCodec.Encode(points).Length, 16_384 * 8, (16_384 * 8) + 32);
    }

    [Fact]
    public void The_first_format_is_read_for_ever()
    {
        // Version 1 as docs/formats/metric-points.md writes it down: three points, constant stride of steps, deltas of times.
        byte[] body =
        [
            1, 2, 3, 0x14, 0x02, 0x06, 0x01, 0x08,
            0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0xF8, 0xFF,
        ];
        using var decoded = new PointBuffer();
        Assert.Null(SegmentCodec.Decode(WithChecksum(body), decoded));
        MetricPoint[] expected = [new(0.5, 3, 10), new(1, 2, 11), new(double.NaN, 6, 12)];
        Assert.True(RandomPoints.Same(expected, decoded.Points));
        Assert.Equal(WithChecksum(body), SegmentCodec.Encode(expected));
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var bytes = SegmentCodec.Encode(RandomPoints.Series(new Random(1), 20));
        using var decoded = new PointBuffer();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(ErrorCode.Corrupted, SegmentCodec.Decode(bytes, decoded)?.Code);
            Assert.Equal(0, decoded.Count);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Hostile_bytes_with_a_right_checksum_are_refused_or_read_but_never_crash()
    {
        using var decoded = new PointBuffer();
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var body = SegmentCodec.Encode(RandomPoints.Series(random, 30))[..^4];
            if (random.Next(3) == 0) body = body[..random.Next(body.Length)];
            for (var i = random.Next(4); i > 0 && body.Length > 0; i--) body[random.Next(Math.Min(body.Length, 24))] =
                (byte)random.Next(256);
            decoded.Clear();
            var error = SegmentCodec.Decode(WithChecksum(body), decoded);
            Assert.True(error is null ? decoded.Count is > 0 and < 100 : error.Code is ErrorCode.Corrupted && decoded.Count == 0,
                $"seed {seed}: {error}");
        }
    }

    private static byte[] WithChecksum(byte[] body)
    {
        var whole = new byte[body.Length + 4];
        body.CopyTo(whole, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(body.Length), Crc32C.Of(body));
        return whole;
    }
}
