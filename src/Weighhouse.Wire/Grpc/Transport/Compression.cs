using System.IO.Compression;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>How messages are compressed: the words of grpc-encoding.</summary>
internal enum Compression
{
    Identity,
    Deflate,
    Gzip,
}

internal static class Compressions
{
    public const string Accepted = "identity,deflate,gzip";

    public static bool TryParse(string word, out Compression compression)
    {
        (var isKnown, compression) = word switch
        {
            "" or "identity" => (true, Compression.Identity),
            "deflate" => (true, Compression.Deflate),
            "gzip" => (true, Compression.Gzip),
            _ => (false, Compression.Identity),
        };
        return isKnown;
    }

    public static string Word(Compression compression) => compression switch
    {
        Compression.Deflate => "deflate",
        Compression.Gzip => "gzip",
        _ => "identity",
    };

    public static Stream Decompress(Compression compression, Stream compressed) => compression is Compression.Gzip
        ? new GZipStream(compressed, CompressionMode.Decompress)
        : new ZLibStream(compressed, CompressionMode.Decompress);

    /// <summary>What a client waits for is worth little time: the fastest level takes a third of the usual one's.</summary>
    public static Stream Compress(Compression compression, Stream target) => compression is Compression.Gzip
        ? new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true)
        : new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true);
}
