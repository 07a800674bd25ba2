using System.Net.Sockets;
using Weighhouse.Serving.Runtimes.Python;

namespace Weighhouse.Tests.Serving.Python;

public sealed class WorkerChannelTests
{
    private const int TimeMs = 60_000;
    private const int ReplyBytesMax = 1 << 30;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = TimeMs)]
    [InlineData("Hello", 1L << 30)]
    [InlineData("Loaded", (1L << 20) + 1)]
    [InlineData("Done", (1L << 30) + 1)]
    [InlineData("Done", -1)]
    [InlineData("Done", 31)]
    public async Task A_length_that_no_frame_of_its_kind_has_is_refused_before_its_bytes_come(string kind, long length)
    {
        var (near, far) = FarWorker.Pair();
        using var open = far;
        using var channel = new WorkerChannel(near, ReplyBytesMax);
        await far.SendAsync(FarWorker.Head(Enum.Parse<FrameKind>(kind), length), SocketFlags.None, Cancellation);
        var refused = await channel.ReceiveAsync(Cancellation);
        Assert.StartsWith(
            $"it sent a frame of {length} bytes; one of its kind has 32 to ", refused.Error?.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_large_frame_arrives_as_it_was_sent_and_one_that_ends_early_is_none()
    {
        var (near, far) = FarWorker.Pair();
        using var open = far;
        using var channel = new WorkerChannel(near, ReplyBytesMax);
        var sent = new byte[(3 << 20) + 7];
        new Random(7).NextBytes(sent);
        FarWorker.Head(FrameKind.Done, sent.Length, 5).CopyTo(sent, 0);
        var sending = Task.Run(
            async () =>
            {
                // Of what is only said to come no memory is taken: the second one's gigabyte never does.
                for (var rest = sent.AsMemory(); !rest.IsEmpty;)
                    rest = rest[await far.SendAsync(rest, SocketFlags.None, Cancellation)..];
                await far.SendAsync(FarWorker.Head(FrameKind.Done, ReplyBytesMax), SocketFlags.None, Cancellation);
                far.Shutdown(SocketShutdown.Send);
            },
            Cancellation);
        using (var frame = (await channel.ReceiveAsync(Cancellation)).Value) Assert.True(frame.Bytes.SequenceEqual(sent));
        Assert.Equal("it closed the connection", (await channel.ReceiveAsync(Cancellation)).Error?.Message);
        await sending;
    }
}
