using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Hashing;

/// <summary>
/// Known answers, checked before the first blob is named: a processor, emulator or compiler that gets the hash wrong would
/// otherwise store content under names nobody else computes. See <see cref="LaneProof{TLanes,TVector}"/> for the wide lanes.
/// </summary>
internal static class Blake3SelfTest
{
    /// <summary>
    /// Length of the input (byte i is i mod 251) and its digest, from the official test vectors (public domain facts). The lengths
    /// are the borders of blocks, chunks, lanes and subtrees.
    /// </summary>
    public static IReadOnlyList<(int LengthBytes, string Digest)> Vectors { get; } =
    [
        (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
        (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
        (63, "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b"),
        (64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98"),
        (65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee"),
        (1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"),
        (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
        (1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"),
        (2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"),
        (2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"),
        (3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"),
        (4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995"),
        (8192, "aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63"),
        (8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b"),
        (16384, "f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4"),
        (31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"),
        (102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"),
    ];

    /// <summary>Lengths that every processor hashes in narrow lanes; the wide ones prove themselves when they are needed.</summary>
    private const int NarrowBytesMax = 4097;

    /// <summary>Throws when the narrow path of this processor disagrees with a vector.</summary>
    public static void Run() =>
        Run(Blake3Paths.Best < Blake3Path.Vector128 ? Blake3Path.Scalar : Blake3Path.Vector128, NarrowBytesMax);

    public static void Run(Blake3Path path) => Run(path, int.MaxValue);

    private static void Run(Blake3Path path, int lengthMaxBytes)
    {
        var hasher = new Blake3(path, Blake3Mode.Plain);
        var input = Input(Math.Min(lengthMaxBytes, Vectors[^1].LengthBytes));
        foreach (var (length, expected) in Vectors)
        {
            if (length > lengthMaxBytes) break;
            hasher.Update(input.AsSpan(0, length));
            var digest = hasher.Finish().ToString();
            if (!string.Equals(digest, expected, StringComparison.Ordinal))
            {
                throw new InvariantException(
                    $"BLAKE3 on the {path} path gives {digest} for the test vector of {length} bytes instead of {expected}: "
                    + "nothing can be stored safely on this machine. Try DOTNET_EnableHWIntrinsic=0 and report the processor.");
            }
        }
    }

    public static byte[] Input(int lengthBytes)
    {
        var input = new byte[lengthBytes];
        for (var i = 0; i < input.Length; i++) input[i] = (byte)(i % 251);
        return input;
    }
}
