namespace Weighhouse.Tests.Blobs;

internal static class RandomContent
{
    public static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static byte[] Bytes(int seed, int length) => Bytes(new Random(seed), length);

    /// <summary>Lengths of which some are tiny, some end on borders and some are large.</summary>
    public static int PieceLength(Random random) => random.Next(6) switch
    {
        0 => 0,
        1 => 1,
        2 => random.Next(1, 130),
        3 => 1024 * random.Next(1, 5),
        4 => 1024 << random.Next(8),
        _ => random.Next(1, 100_000),
    };
}
