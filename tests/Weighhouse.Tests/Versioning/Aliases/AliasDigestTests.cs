using System.Security.Cryptography;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Aliases;

#pragma warning disable CA5351 // MD5 is DVC's name of content; nothing relies on its strength.

namespace Weighhouse.Tests.Versioning.Aliases;

public sealed class AliasDigestTests(ITestOutputHelper output)
{
    private const int BlockBytes = 1 << 20;

    [Fact]
    public void Content_that_passes_in_any_pieces_has_the_digests_others_compute()
    {
        var random = Seeded();
        for (var round = 0; round < 50; round++)
        {
            var content = Text(random, random.Next(3 * BlockBytes));
            Assert.True(Passes(random, content, AliasAlgorithm.Sha256, Convert.ToHexStringLower(SHA256.HashData(content))));
            Assert.True(Passes(random, content, AliasAlgorithm.Md5, Convert.ToHexStringLower(MD5.HashData(content))));
            Assert.True(Passes(random, content, AliasAlgorithm.Md5OfText, Convert.ToHexStringLower(MD5.HashData(content))));
            Assert.True(Passes(random, content, AliasAlgorithm.Md5OfText, Convert.ToHexStringLower(MD5.HashData(AsUnix(content)))));
        }
    }

    [Fact]
    public void Other_content_has_another_digest()
    {
        var random = Seeded();
        var content = Text(random, 10_000);
        var name = Convert.ToHexStringLower(SHA256.HashData(content));
        content[random.Next(content.Length)] ^= 1;
        Assert.False(Passes(random, content, AliasAlgorithm.Sha256, name));
        var unix = Convert.ToHexStringLower(MD5.HashData(AsUnix(content)));
        content = [.. content, (byte)'\r'];
        Assert.False(Passes(random, content, AliasAlgorithm.Md5OfText, unix));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("D41D8CD98F00B204E9800998ECF8427E")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427g")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e0")]
    [InlineData("../../../../../../../../etc/passw")]
    [InlineData("d41d8cd98f00b204e9800998ecf842\u0000\u0000")]
    public void What_is_no_digest_names_nothing(string text) =>
        Assert.True(ContentAlias.Parse(AliasAlgorithm.Md5, text).IsFailure);

    private static bool Passes(Random random, byte[] content, AliasAlgorithm algorithm, string name)
    {
        using var digest = AliasDigest.Of(algorithm);
        for (var at = 0; at < content.Length;)
        {
            var count = Math.Min(content.Length - at, random.Next(8) == 0 ? random.Next(1, 4) : random.Next(1, 600_000));
            digest.Append(content.AsSpan(at, count));
            at += count;
        }

        return digest.IsOf(ContentAlias.Parse(algorithm, name).Value);
    }

    /// <summary>As DVC 2 does it: block by block of what it reads.</summary>
    private static byte[] AsUnix(byte[] content) =>
    [
        .. content.Chunk(BlockBytes).SelectMany(block =>
            System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(block).Replace("\r\n", "\n"))),
    ];

    /// <summary>Full of line ends of every kind, also where blocks meet.</summary>
    private static byte[] Text(Random random, int length)
    {
        var text = new byte[length];
        for (var i = 0; i < length; i++) text[i] = "ab\r\n"u8[random.Next(4)];
        for (var border = BlockBytes; border < length; border += BlockBytes) (text[border - 1], text[border]) = ((byte)'\r', (byte)'\n');
        return text;
    }

    private Random Seeded()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        return new Random(seed);
    }
}
