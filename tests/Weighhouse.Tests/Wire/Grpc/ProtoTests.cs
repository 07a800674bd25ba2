using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>Protobuf by hand: what is written is read again, and what is broken ends with a reason.</summary>
public class ProtoTests(ITestOutputHelper output)
{
    private const int FuzzRounds = 20_000;
    private const int MessageBytesMax = 64;
    private const int LargeBytes = 10_000;

    [Theory]
    [InlineData(0UL, new byte[] { 0x08, 0x00 })]
    [InlineData(127UL, new byte[] { 0x08, 0x7F })]
    [InlineData(128UL, new byte[] { 0x08, 0x80, 0x01 })]
    [InlineData(ulong.MaxValue, new byte[] { 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    public void Numbers_are_written_as_protobuf_has_them(ulong value, byte[] expected)
    {
        using var writer = new ProtoWriter();
        writer.Varint(1, value);
        Assert.Equal(expected, All(writer));

        var reader = new ProtoReader(expected);
        Assert.True(reader.Next());
        Assert.Equal(value, reader.Varint());
        Assert.False(reader.Next());
        Assert.Equal(ProtoFailure.None, reader.Failure);
    }

    [Fact]
    public void A_small_message_in_a_message_has_the_shortest_length()
    {
        using var writer = new ProtoWriter();
        var outer = writer.Enter(1);
        var inner = writer.Enter(2);
        writer.Text(3, "ab");
        writer.Leave(inner);
        writer.Leave(outer);

        Assert.Equal([0x0A, 6, 0x12, 4, 0x1A, 2, (byte)'a', (byte)'b'], All(writer));
    }

    [Fact]
    public void Large_bytes_are_read_where_they_lie_when_the_message_is_sent()
    {
        var source = new Source(new byte[LargeBytes]);
        using var writer = new ProtoWriter();
        writer.Text(1, "before");
        var outer = writer.Enter(2);
        writer.Bytes(3, source);
        writer.Bytes(4, source);
        writer.Text(5, "after");
        writer.Leave(outer);
        source.Held.AsSpan().Fill(7);

        var written = All(writer);
        Assert.Equal(written.Length, writer.TotalBytes);
        var reader = new ProtoReader(written);
        Assert.True(reader.Next());
        Assert.Equal("before", reader.Text());
        Assert.True(reader.Next());
        var rest = reader.Enter();
        for (var field = 3; field <= 4; field++)
        {
            Assert.True(reader.Next());
            Assert.Equal(field, reader.Field);
            Assert.Equal(source.Held, reader.Bytes());
        }

        Assert.True(reader.Next());
        Assert.Equal("after", reader.Text());
        Assert.False(reader.Next());
        reader.Leave(rest);
        Assert.False(reader.Next());
        Assert.Equal(ProtoFailure.None, reader.Failure);
    }

    [Theory]
    [InlineData(new byte[] { 0x08 }, nameof(ProtoFailure.Truncated))]
    [InlineData(new byte[] { 0x08, 0x80 }, nameof(ProtoFailure.Truncated))]
    [InlineData(new byte[] { 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 }, nameof(ProtoFailure.LongVarint))]
    [InlineData(new byte[] { 0x0D, 1, 2, 3 }, nameof(ProtoFailure.Truncated))]
    [InlineData(new byte[] { 0x09, 1, 2, 3, 4, 5, 6, 7 }, nameof(ProtoFailure.Truncated))]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F }, nameof(ProtoFailure.Truncated))]
    [InlineData(new byte[] { 0x00 }, nameof(ProtoFailure.BadKey))]
    [InlineData(new byte[] { 0x0E }, nameof(ProtoFailure.BadKey))]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x10 }, nameof(ProtoFailure.BadKey))]
    [InlineData(new byte[] { 0x0C }, nameof(ProtoFailure.BadGroup))]
    [InlineData(new byte[] { 0x0B, 0x08, 0x01 }, nameof(ProtoFailure.BadGroup))]
    [InlineData(new byte[] { 0x0B, 0x13, 0x0C, 0x0C }, nameof(ProtoFailure.None))]
    public void What_is_broken_is_named(byte[] message, string expected)
    {
        var reader = new ProtoReader(message);
        while (reader.Next()) reader.Skip();

        Assert.Equal(expected, reader.Failure.ToString());
    }

    [Fact]
    public void Groups_and_messages_go_only_so_deep()
    {
        var groups = new ProtoReader(Enumerable.Repeat((byte)0x0B, ProtoReader.DepthMax + 1).ToArray());
        while (groups.Next()) groups.Skip();
        Assert.Equal(ProtoFailure.TooDeep, groups.Failure);

        using var writer = new ProtoWriter();
        var marks = new Stack<ProtoWriter.Mark>();
        for (var i = 0; i <= ProtoReader.DepthMax; i++) marks.Push(writer.Enter(1));
        while (marks.TryPop(out var mark)) writer.Leave(mark);
        var messages = new ProtoReader(All(writer));
        while (messages.Next()) messages.Enter();
        Assert.Equal(ProtoFailure.TooDeep, messages.Failure);
    }

    [Fact]
    public void Texts_must_be_UTF_8()
    {
        var reader = new ProtoReader(new byte[] { 0x0A, 2, 0xC0, 0x80 });
        Assert.True(reader.Next());
        Assert.Equal("", reader.Text());
        Assert.Equal(ProtoFailure.BadText, reader.Failure);
        Assert.False(reader.Next());
    }

    [Fact]
    public void A_message_in_a_message_that_is_longer_than_it_is_refused()
    {
        // The inner text claims a byte that belongs to the outer message.
        var reader = new ProtoReader(new byte[] { 0x0A, 3, 0x0A, 2, (byte)'a', (byte)'b' });
        Assert.True(reader.Next());
        reader.Enter();
        Assert.True(reader.Next());
        reader.Bytes();
        Assert.Equal(ProtoFailure.Truncated, reader.Failure);
    }

    [Fact]
    public void Whatever_the_bytes_are_reading_ends()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        var failures = new HashSet<ProtoFailure>();
        for (var round = 0; round < FuzzRounds; round++)
        {
            var message = random.Next(2) == 0 ? Noise(random) : Damaged(random);
            var reader = new ProtoReader(message);
            Read(ref reader, random, 0);
            failures.Add(reader.Failure);
        }

        Assert.Superset(
            new HashSet<ProtoFailure> { ProtoFailure.None, ProtoFailure.Truncated, ProtoFailure.BadKey, ProtoFailure.BadGroup }, failures);
    }

    [Fact]
    public void Whatever_is_written_is_read_again()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        for (var round = 0; round < FuzzRounds / 10; round++)
        {
            using var writer = new ProtoWriter();
            Write(writer, new Random(seed + round), 0);
            var reader = new ProtoReader(All(writer));
            Compare(ref reader, new Random(seed + round), 0);
            Assert.False(reader.Next());
            Assert.Equal(ProtoFailure.None, reader.Failure);
        }
    }

    private static void Read(ref ProtoReader reader, Random random, int depth)
    {
        while (reader.Next())
        {
            switch (random.Next(8))
            {
                case 0: reader.Varint(); break;
                case 1: reader.Fixed32(); break;
                case 2: reader.Fixed64(); break;
                case 3: reader.Bytes(); break;
                case 4: reader.Memory(); break;
                case 5 when depth < MessageBytesMax:
                    var outer = reader.Enter();
                    Read(ref reader, random, depth + 1);
                    reader.Leave(outer);
                    break;
                default: reader.Skip(); break;
            }
        }
    }

    private static byte[] Noise(Random random)
    {
        var message = new byte[random.Next(MessageBytesMax)];
        random.NextBytes(message);
        return message;
    }

    private static byte[] Damaged(Random random)
    {
        using var writer = new ProtoWriter();
        Write(writer, random, 0);
        var message = All(writer);
        for (var i = random.Next(4); i > 0 && message.Length > 0; i--) message[random.Next(message.Length)] = (byte)random.Next(256);
        return message[..random.Next(message.Length + 1)];
    }

    /// <summary>The same numbers of the same seed make the same choices when it is read: see <see cref="Compare"/>.</summary>
    private static void Write(ProtoWriter writer, Random random, int depth)
    {
        for (var count = random.Next(6); count > 0; count--)
        {
            var field = random.Next(1, 1 << random.Next(1, 29));
            switch (random.Next(5))
            {
                case 0: writer.Varint(field, (ulong)random.NextInt64() >> random.Next(64)); break;
                case 1: writer.Fixed32(field, (uint)random.Next()); break;
                case 2: writer.Fixed64(field, (ulong)random.NextInt64()); break;
                case 3: writer.Bytes(field, BytesOf(random)); break;
                default:
                    var mark = writer.Enter(field);
                    if (depth < 5) Write(writer, random, depth + 1);
                    writer.Leave(mark);
                    break;
            }
        }
    }

    private static void Compare(ref ProtoReader reader, Random random, int depth)
    {
        for (var count = random.Next(6); count > 0; count--)
        {
            var field = random.Next(1, 1 << random.Next(1, 29));
            Assert.True(reader.Next());
            Assert.Equal(field, reader.Field);
            switch (random.Next(5))
            {
                case 0: Assert.Equal((ulong)random.NextInt64() >> random.Next(64), reader.Varint()); break;
                case 1: Assert.Equal((uint)random.Next(), reader.Fixed32()); break;
                case 2: Assert.Equal((ulong)random.NextInt64(), reader.Fixed64()); break;
                case 3: Assert.Equal(BytesOf(random).Bytes, reader.Bytes()); break;
                default:
                    var outer = reader.Enter();
                    if (depth < 5) Compare(ref reader, random, depth + 1);
                    Assert.False(reader.Next());
                    reader.Leave(outer);
                    break;
            }
        }
    }

    private static Source BytesOf(Random random)
    {
        var bytes = new byte[random.Next(10) == 0 ? random.Next(LargeBytes) : random.Next(8)];
        random.NextBytes(bytes);
        return new Source(bytes);
    }

    private static byte[] All(ProtoWriter writer)
    {
        using var all = new MemoryStream();
        for (var i = 0; i < writer.PieceCount; i++) all.Write(writer.Piece(i));
        return all.ToArray();
    }

    private sealed class Source(byte[] bytes) : IByteSource
    {
        public byte[] Held => bytes;

        public ReadOnlySpan<byte> Bytes => bytes;
    }
}
