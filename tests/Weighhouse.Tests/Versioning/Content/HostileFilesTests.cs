using System.IO.Compression;
using System.Text;
using Weighhouse.Tests.Blobs;
using Weighhouse.Tests.Blobs.Tensors;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Content;

namespace Weighhouse.Tests.Versioning.Content;

/// <summary>Files that lie, were cut off or damaged, on either side: an answer comes, and it says what it could not do.</summary>
public sealed class HostileFilesTests(ITestOutputHelper output)
{
    [Fact]
    public void Damaged_files_are_compared_on_either_side_and_against_each_other()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse(new VersioningOptions { TableMemoryBytesMax = 4_000 });
        var kinds = new HashSet<ContentKind>();
        foreach (var (name, sound) in Sound(random))
        {
            for (var round = 0; round < 60; round++)
            {
                var damaged = Damage(random, sound);
                foreach (var (old, current) in new[] { (sound, damaged), (damaged, sound), (damaged, Damage(random, sound)) })
                {
                    var depth = new ContentDiffDepth(Statistics: true, ChangesMax: 20);
                    foreach (var (before, after) in new[]
                             {
                                 (house.Content(old), house.Content(current)), (house.Loose(old), house.Content(current)),
                             })
                    {
                        var diff = new ContentDiffer(house.Options).Compare(
                            new ContentSide(before, name), new ContentSide(after, name), depth, default);

                        Assert.Null(diff.Error);
                        kinds.Add(diff.Value.Kind);
                        if (diff.Value is { Kind: ContentKind.Binary, IsSame: false }) Assert.NotNull(diff.Value.Note);
                    }
                }
            }
        }

        Assert.Superset(new HashSet<ContentKind> { ContentKind.Binary, ContentKind.Tensors, ContentKind.Table, ContentKind.Text }, kinds);
    }

    [Theory]
    [InlineData("m.safetensors", 9_000_000_000_000L)]
    [InlineData("m.safetensors", -1L)]
    [InlineData("m.safetensors", 0L)]
    public void A_header_longer_than_the_file_is_told_and_not_believed(string name, long length)
    {
        using var house = new ContentHouse();
        byte[] lie = [.. BitConverter.GetBytes(length), .. "{\0 no header"u8];

        var diff = house.Diff(name, lie, [.. lie, 0]);

        Assert.Equal((ContentKind.Binary, false), (diff.Kind, diff.IsSame));
        Assert.Equal(
            "Its name ends in .safetensors, and its header cannot be read as such a file's: only sizes are compared.", diff.Note);
    }

    [Theory]
    [InlineData("\"data_offsets\":[0,4000000000]")]
    [InlineData("\"data_offsets\":[8,0]")]
    [InlineData("\"data_offsets\":[-8,0]")]
    [InlineData("\"data_offsets\":[9223372036854775800,9223372036854775807]")]
    public void A_tensor_outside_the_file_is_no_tensor(string offsets)
    {
        using var house = new ContentHouse();
        var sound = ContentHouse.Safetensors(("t", "F32", [2], ContentHouse.Floats(1, 2)));
        var header = Encoding.ASCII.GetBytes("{\"t\":{\"dtype\":\"F32\",\"shape\":[2]," + offsets + "}}");
        byte[] lie = [.. BitConverter.GetBytes((long)header.Length), .. header, 0, 0, 0, 0, 0, 0, 0, 0];

        foreach (var diff in new[] { house.Diff("m.safetensors", sound, lie), house.Diff("m.safetensors", lie, sound) })
        {
            Assert.Equal(ContentKind.Binary, diff.Kind);
            Assert.Contains("only sizes can be compared", diff.Note, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Columnar_files_say_what_to_do()
    {
        using var house = new ContentHouse();
        byte[] parquet = [.. "PAR1"u8, 0, 1, 2, .. "PAR1"u8];

        Assert.Equal(
            "Columnar files are compared as bytes. Compare an export of them as CSV or JSON Lines.",
            house.Diff("a.parquet", parquet, [.. parquet, 0]).Note);
    }

    private static IEnumerable<(string Name, byte[] Content)> Sound(Random random)
    {
        byte[] array = TensorFiles.Npy(random, 9, 9), storage = RandomContent.Bytes(1, 500);
        yield return ("m.safetensors", TensorFiles.Safetensors(random, 70_000, 30));
        yield return ("m.npy", TensorFiles.Npy(random, 40, 2));
        yield return ("m.npz", TensorFiles.Zip(CompressionLevel.NoCompression, ("a.npy", array)));
        yield return ("m.pt", TensorFiles.Zip(CompressionLevel.NoCompression, ("a/data/0", storage)));
        yield return ("m.gguf", TensorFiles.Gguf(random, ("a", [8, 2], 0, 64), ("b", [16], 1, 32)));
        yield return ("t.csv", Encoding.UTF8.GetBytes("id,a,b\n1,\"x\ny\",2\n2,,3\n" + new string('z', 300) + ",1,2\n"));
        yield return ("t.jsonl", Encoding.UTF8.GetBytes("{\"id\":1,\"a\":[1,{\"b\":null}]}\n{\"id\":2,\"a\":\"é\"}\n"));
        yield return (
            "i.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 5, 0, 0, 0, 7, 8, 2, 0, 0, 0]);
        yield return ("i.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 11, 8, 0, 5, 0, 7, 1, 1, 0x11, 0]);
    }

    private static byte[] Damage(Random random, byte[] sound)
    {
        var bytes = (byte[])sound.Clone();
        var reach = random.Next(2) == 0 ? Math.Min(bytes.Length, 200) : bytes.Length;
        for (var i = random.Next(6); i > 0; i--) bytes[random.Next(reach)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
