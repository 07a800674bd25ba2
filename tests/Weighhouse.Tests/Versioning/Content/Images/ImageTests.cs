using Weighhouse.Tests.Blobs;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Content.Images;

public sealed class ImageTests(ITestOutputHelper output)
{
    private static readonly (string Format, byte[] Bytes)[] Samples =
    [
        ("png", [0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 1, 0x40, 0, 0, 0, 0xF0, 8, 2, 0, 0, 0]),
        ("gif", [.. "GIF89a"u8, 0x40, 1, 0xF0, 0, 0, 0, 0]),
        ("jpeg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xC2, 0, 17, 8, 0, 0xF0, 1, 0x40, 3, 0, 0, 0]),
        ("webp", [.. "RIFF\0\0\0\0WEBPVP8 \0\0\0\0"u8, 0, 0, 0, 0x9D, 1, 0x2A, 0x40, 1, 0xF0, 0, 0]),
        ("webp", [.. "RIFF\0\0\0\0WEBPVP8L\0\0\0\0"u8, 0x2F, 0x3F, 0xC1, 0x3B, 0, 0, 0, 0, 0, 0]),
        ("webp", [.. "RIFF\0\0\0\0WEBPVP8X\0\0\0\0"u8, 0, 0, 0, 0, 0x3F, 1, 0, 0xEF, 0, 0]),
    ];

    [Fact]
    public void Sizes_are_read_from_headers()
    {
        using var house = new ContentHouse();
        foreach (var (format, bytes) in Samples)
        {
            var diff = house.Diff(null, house.Side("pictures/1", bytes));
            Assert.Equal((ContentKind.Image, new ImageFacts(format, 320, 240), null), (diff.Kind, diff.Image?.New, diff.Image?.Old));
        }

        var changed = house.Diff("a.png", Samples[0].Bytes, Samples[1].Bytes);
        Assert.Equal(("png", "gif"), (changed.Image!.Old!.Format, changed.Image.New!.Format));
    }

    [Fact]
    public void Damaged_headers_are_survived()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse();
        foreach (var (_, bytes) in Samples)
        {
            for (var round = 0; round < 60; round++)
            {
                byte[] damaged = [.. bytes[..random.Next(bytes.Length + 1)], .. RandomContent.Bytes(random.Next(), random.Next(40))];
                if (damaged.Length > 0) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                var image = house.Diff(null, house.Side("x", damaged)).Image?.New;
                Assert.True(image is null or { Width: > 0, Height: > 0 });
            }
        }
    }
}
