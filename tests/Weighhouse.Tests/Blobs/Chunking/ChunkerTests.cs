using Weighhouse.Blobs;
using Weighhouse.Blobs.Chunking;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Tensors;

namespace Weighhouse.Tests.Blobs.Chunking;

public sealed class ChunkerTests(ITestOutputHelper output)
{
    [Fact]
    public void The_cuts_depend_on_the_bytes_and_not_on_how_they_arrive()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var content = TensorFiles.Any(random, 3_000_000);
            var whole = Cuts(content, () => int.MaxValue);
            Assert.Equal(content.Length, whole.Sum());
            Assert.Equal(whole, Cuts(content, () => 1 + RandomContent.PieceLength(random)));
        }
    }

    [Fact]
    public void An_insert_moves_few_chunks()
    {
        var random = new Random(1);
        foreach (var isText in new[] { false, true })
        {
            var content = RandomContent.Bytes(random, 8_000_000);
            if (isText) for (var i = 0; i < content.Length; i++) content[i] = (byte)('a' + content[i] % 26);
            var before = Ids(content);
            for (var round = 0; round < 10; round++)
            {
                var at = random.Next(content.Length);
                var insert = RandomContent.Bytes(random, random.Next(1, 2_000)).Select(value => (byte)('a' + value % 26));
                byte[] changed = [.. content[..at], .. insert, .. content[at..]];
                Assert.InRange(Ids(changed).Count(id => !before.Contains(id)), 1, 4);
            }
        }
    }

    [Fact]
    public void Chunks_have_the_sizes_that_the_format_says()
    {
        var random = RandomContent.Bytes(2, 20_000_000);
        var cuts = Cuts(random, () => int.MaxValue);
        Assert.All(cuts.SkipLast(1), length => Assert.InRange(length, 16 << 10, 256 << 10));
        Assert.InRange(cuts.Average(), 50_000, 90_000);

        var text = random.Select(value => (byte)('a' + value % 26)).ToArray();
        cuts = Cuts(text, () => int.MaxValue);
        Assert.All(cuts.SkipLast(1), length => Assert.InRange(length, 4 << 10, 64 << 10));
        Assert.InRange(cuts.Average(), 13_000, 23_000);
    }

    /// <summary>The cuts are part of the format: a change here would give every file a new name.</summary>
    [Fact]
    public void The_cuts_of_a_known_file_are_those_of_version_1()
    {
        // Byte i is the low byte of the i-th state of this generator, so that another implementation can repeat it.
        var content = new byte[1_000_000];
        uint state = 1;
        for (var i = 0; i < content.Length; i++)
        {
            state = state * 1664525 + 1013904223;
            content[i] = (byte)(state >> 24);
        }

        Assert.Equal(
            "86180 66854 68688 66989 77320 94954 71054 76245 77934 74902 93634 79537 65709",
            string.Join(' ', Cuts(content, () => int.MaxValue)));
    }

    [Fact]
    public void A_tensor_is_cut_at_its_borders_and_into_blocks()
    {
        var file = TensorFiles.Safetensors(new Random(3), (1 << 20) + 5_000, 70_000, 100, 200, 90_000);
        var cuts = Cuts(file, () => int.MaxValue);
        var header = file.Length - ((1 << 20) + 5_000 + 70_000 + 300 + 90_000);

        Assert.Equal([header, 1 << 20, 5_000, 70_000, 300, 90_000], cuts);
    }

    [Fact]
    public void Tensors_that_did_not_change_keep_their_chunks_when_the_header_grows()
    {
        var before = Ids(TensorFiles.Safetensors(new Random(4), 3_000_000, 2_000_000));
        var after = Ids(TensorFiles.Safetensors(new Random(4), [3_000_000, 2_000_000], "longer than before"));

        Assert.Equal(1, after.Count(id => !before.Contains(id)));
    }

    /// <summary>What a caller does who gets the file in pieces of these lengths.</summary>
    private static List<int> Cuts(byte[] content, Func<int> nextPiece)
    {
        var chunker = new Chunker();
        var cuts = new List<int>();
        for (int at = 0, seen = 0; at < content.Length;)
        {
            var length = seen == at ? 0 : chunker.Next(content.AsSpan(at, seen - at), seen == content.Length);
            if (length > 0) cuts.Add(length);
            else seen += Math.Min(content.Length - seen, nextPiece());
            at += length;
        }

        return cuts;
    }

    private static HashSet<Digest> Ids(byte[] content)
    {
        var ids = new HashSet<Digest>();
        var at = 0;
        foreach (var length in Cuts(content, () => int.MaxValue))
        {
            ids.Add(Blake3.HashOf(content.AsSpan(at, length)));
            at += length;
        }

        return ids;
    }
}
