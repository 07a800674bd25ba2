using Weighhouse.Blobs.Planes;

namespace Weighhouse.Tests.Blobs.Planes;

public sealed class BytePlanesTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Planes_are_what_a_plain_loop_makes_and_join_to_what_they_were(int width)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            // Around every border of a vector, with and without a last number that is cut off.
            var numbers = RandomContent.Bytes(random, round < 150 ? round * width / 2 + random.Next(width) : random.Next(70_000));
            var planes = new byte[numbers.Length];
            BytePlanes.Split(numbers, width, planes);
            Assert.Equal(Expected(numbers, width), planes);
            var joined = RandomContent.Bytes(random, numbers.Length);
            BytePlanes.Join(planes, width, joined);
            Assert.Equal(numbers, joined);
        }
    }

    [Fact]
    public void Xor_says_where_bytes_differ_and_takes_itself_back()
    {
        var random = new Random(7);
        for (var length = 0; length < 300; length++)
        {
            byte[] left = RandomContent.Bytes(random, length), right = RandomContent.Bytes(random, length);
            var difference = left.ToArray();
            BytePlanes.Xor(difference, right);
            for (var i = 0; i < length; i++) Assert.Equal((byte)(left[i] ^ right[i]), difference[i]);
            BytePlanes.Xor(difference, right);
            Assert.Equal(left, difference);
        }
    }

    private static byte[] Expected(byte[] numbers, int width)
    {
        var count = numbers.Length / width;
        var planes = numbers.ToArray();
        for (var i = 0; i < count * width; i++) planes[i % width * count + i / width] = numbers[i];
        return planes;
    }
}
