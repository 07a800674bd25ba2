using System.Buffers;
using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Tests.Versioning.Objects;

/// <summary>Whatever the bytes, reading them ends with an object or an error; and an object has one spelling only.</summary>
public sealed class DecodeFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    [Fact]
    public void Random_bytes_are_never_more_than_refused() => Fuzz(random =>
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        if (bytes.Length > 2) (bytes[0], bytes[1]) = (TreeNode.Version, (byte)random.Next(3));
        return bytes;
    });

    [Fact]
    public void Trees_broken_in_a_few_places_have_one_spelling_or_none() => Fuzz(random => Broken(random, Spelled(Node(random))));

    [Fact]
    public void Commits_broken_in_a_few_places_have_one_spelling_or_none()
    {
        var random = Seeded();
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Broken(random, CommitCodec.Encode(CommitTests.Any(random)).Value.ToArray());
            var decoded = CommitCodec.Decode(bytes);
            if (decoded.IsFailure) Assert.Equal(ErrorCode.Corrupted, decoded.Error.Code);
            else Assert.Equal(bytes, CommitCodec.Encode(decoded.Value).Value.ToArray());
            accepted += decoded.IsFailure ? 0 : 1;
        }

        Assert.InRange(accepted, 1, Rounds - 1);
    }

    [Fact]
    public void A_giant_count_costs_no_memory()
    {
        byte[] bytes = [TreeNode.Version, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ErrorCode.Corrupted, TreeNode.Decode(bytes).Error?.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData("a\0b")]
    [InlineData(".weigh")]
    [InlineData(".GIT")]
    [InlineData("GIT~1")]
    [InlineData(".g\u200cit")]
    [InlineData("/etc")]
    public void A_tree_with_a_name_that_leads_elsewhere_is_refused_when_it_is_read(string name)
    {
        // Spelled by hand: the writer would not.
        var utf8 = Encoding.UTF8.GetBytes(name);
        byte[] bytes = [TreeNode.Version, 0, 1, 0, (byte)utf8.Length, .. utf8, (byte)EntryKind.File, .. new byte[Digest.Size], 0];
        Assert.Equal(ErrorCode.Corrupted, TreeNode.Decode(bytes).Error?.Code);
        bytes[5] = (byte)'b';
        bytes[5 + utf8.Length - 1] = (byte)'b';
        if (utf8.Length == 2) Assert.False(TreeNode.Decode(bytes).IsFailure);
    }

    private static TreeNode Node(Random random)
    {
        var names = Names.Distinct(random, random.Next(1, 6));
        names.Sort(NameOrder.Instance);
        var id = new byte[Digest.Size];
        random.NextBytes(id);
        return random.Next(3) == 0
            ? TreeNode.Branch(1, names.ConvertAll(name => new TreePart(name, new Digest(id), random.Next(1, 99), random.Next())))
            : TreeNode.Leaf(names.ConvertAll(name => new TreeEntry(
                name, (EntryKind)random.Next(1, 4), false, new Digest(id), random.NextInt64(1L << 50))));
    }

    private static byte[] Spelled(TreeNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        node.WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Broken(Random random, byte[] bytes)
    {
        for (var times = random.Next(3); times > 0; times--)
        {
            switch (random.Next(4))
            {
                case 0: bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[random.Next(bytes.Length)] = (byte)random.Next(256); break;
                case 2: bytes = bytes[..random.Next(1, bytes.Length + 1)]; break;
                default: bytes = [.. bytes, .. bytes[..random.Next(1, Math.Min(bytes.Length, 9) + 1)]]; break;
            }
        }

        return bytes;
    }

    private void Fuzz(Func<Random, byte[]> next)
    {
        var random = Seeded();
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = next(random);
            var decoded = TreeNode.Decode(bytes);
            if (decoded.IsFailure) Assert.Equal(ErrorCode.Corrupted, decoded.Error.Code);
            else Assert.Equal(bytes, Spelled(decoded.Value));
        }
    }

    private Random Seeded()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        return new Random(seed);
    }
}
