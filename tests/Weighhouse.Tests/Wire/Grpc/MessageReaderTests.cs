using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Transport;
using Compression = Weighhouse.Wire.Grpc.Transport.Compression;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>Messages out of their frames, however the bytes arrive.</summary>
public class MessageReaderTests(ITestOutputHelper output)
{
    private const int BytesMax = 1 << 20;

    [Fact]
    public async Task Messages_arrive_whole_however_they_are_cut()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        var messages = Enumerable.Range(0, 20).Select(_ => Message(random, random.Next(200_000))).ToList();
        var memory = new MessageMemory(4L * BytesMax);
        var pipe = new Pipe();
        var reader = new MessageReader(pipe.Reader, memory, Compression.Identity, BytesMax);
        var sending = SendAsync(pipe.Writer, [.. messages.SelectMany(message => Frame(0, message))], random);

        foreach (var message in messages)
        {
            using var read = (await reader.ReadAsync(TestContext.Current.CancellationToken)).Value;
            Assert.Equal(message, read!.Memory.ToArray());
        }

        Assert.Null((await reader.ReadAsync(TestContext.Current.CancellationToken)).Value);
        await sending;
        Assert.Equal(0, memory.TakenBytes);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Compressed_messages_are_read_and_small_ones_that_swell_are_refused(string word)
    {
        Assert.True(Compressions.TryParse(word, out var compression));
        var memory = new MessageMemory(4L * BytesMax);
        foreach (var length in new[] { 0, 1, BytesMax, BytesMax + 1, 50 * BytesMax })
        {
            var isRefused = length > BytesMax;
            var read = await ReadAsync(memory, compression, Frame(1, Compressed(compression, new byte[length])));
            Assert.Equal(isRefused ? ErrorCode.LimitExceeded : null, read.Error?.Code);
            if (isRefused) continue;
            Assert.Equal(length, read.Value!.Length);
            read.Value.Dispose();
        }

        Assert.Equal(0, memory.TakenBytes);
    }

    [Fact]
    public async Task An_announcement_takes_no_memory_until_its_bytes_come()
    {
        const int large = 900_000;
        var memory = new MessageMemory(BytesMax);
        var pipe = new Pipe();
        var reader = new MessageReader(pipe.Reader, memory, Compression.Identity, BytesMax);
        var head = new byte[5 + 10];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), large);
        await pipe.Writer.WriteAsync(head, TestContext.Current.CancellationToken);
        var reading = reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.InRange(memory.TakenBytes, 1, 100_000);
        await pipe.Writer.WriteAsync(new byte[large - 10], TestContext.Current.CancellationToken);
        (await reading).Value!.Dispose();
        Assert.Equal(0, memory.TakenBytes);
    }

    [Fact]
    public async Task Calls_are_refused_while_others_hold_the_memory()
    {
        var memory = new MessageMemory(BytesMax);
        var first = (await ReadAsync(memory, Compression.Identity, Frame(0, new byte[600_000]))).Value!;

        var second = await ReadAsync(memory, Compression.Identity, Frame(0, new byte[600_000]));
        Assert.Equal(ErrorCode.LimitExceeded, second.Error?.Code);
        Assert.NotNull(second.Error?.RetryAfter);

        first.Dispose();
        (await ReadAsync(memory, Compression.Identity, Frame(0, new byte[600_000]))).Value!.Dispose();
        Assert.Equal(0, memory.TakenBytes);
    }

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3_000)]
    [InlineData("99999999m", 99_999_999)]
    [InlineData("5000u", 5)]
    [InlineData("7000000n", 7)]
    public void Timeouts_are_read(string text, long expectedMs)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(expectedMs, timeout.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("1s")]
    [InlineData("1 S")]
    public void What_is_no_timeout_is_not_taken_for_one(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Fact]
    public void Even_the_longest_timeout_is_one_that_a_timer_takes()
    {
        Assert.True(GrpcTimeout.TryParse("99999999H", out var timeout));
        using var source = new CancellationTokenSource(timeout, TimeProvider.System);
        Assert.False(source.IsCancellationRequested);
    }

    [Theory]
    [InlineData("plain ~", "plain ~")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("é数", "%C3%A9%E6%95%B0")]
    public void Messages_of_a_status_are_escaped(string message, string expected) => Assert.Equal(expected, GrpcText.Encode(message));

    [Fact]
    public void A_long_message_is_cut_between_characters()
    {
        var encoded = GrpcText.Encode(new string('数', 10_000));
        Assert.InRange(encoded.Length, 4_000, 4_096);
        Assert.Equal(0, encoded.Length % "%E6%95%B0".Length);
    }

    private static async Task<Result<MessageBuffer?>> ReadAsync(MessageMemory memory, Compression compression, byte[] frame)
    {
        var reader = new MessageReader(PipeReader.Create(new MemoryStream(frame)), memory, compression, BytesMax);
        return await reader.ReadAsync(TestContext.Current.CancellationToken);
    }

    private static async Task SendAsync(PipeWriter pipe, byte[] bytes, Random random)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            var now = Math.Min(bytes.Length - sent, random.Next(4) == 0 ? random.Next(1, 8) : random.Next(1, 100_000));
            await pipe.WriteAsync(bytes.AsMemory(sent, now), CancellationToken.None);
            sent += now;
        }

        await pipe.CompleteAsync();
    }

    private static byte[] Message(Random random, int length)
    {
        var message = new byte[length];
        random.NextBytes(message);
        return message;
    }

    private static byte[] Frame(byte flag, byte[] message)
    {
        var head = new byte[5];
        head[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), message.Length);
        return [.. head, .. message];
    }

    private static byte[] Compressed(Compression compression, byte[] message)
    {
        using var target = new MemoryStream();
        using (var stream = compression is Compression.Gzip
            ? (Stream)new GZipStream(target, CompressionLevel.Fastest)
            : new ZLibStream(target, CompressionLevel.Fastest))
            stream.Write(message);
        return target.ToArray();
    }
}
