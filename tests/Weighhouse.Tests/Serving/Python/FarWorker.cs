using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weighhouse.Serving;
using Weighhouse.Serving.Runtimes.Python;

namespace Weighhouse.Tests.Serving.Python;

/// <summary>A worker whose process only sleeps: the other end of its connection is here, and gives every request an empty answer.</summary>
internal sealed class FarWorker : IDisposable
{
    private readonly Socket _far;

    public FarWorker(PythonOptions options, TimeProvider time)
    {
        (var near, _far) = Pair();
        var process = Process.Start(new ProcessStartInfo("sleep", ["600"]) { RedirectStandardError = true })!;
        var started = new StartedProcess(process, time) { Channel = new WorkerChannel(near, options.ReplyBytesMax) };
        _ = started.Tail.ReadAsync(process.StandardError, static _ => { });
        Worker = new Worker(started, new WorkerLoaded("none", [], [], null), options, time);
        _ = AnswerAsync();
    }

    public Worker Worker { get; }

    /// <summary>Both ends of a connection.</summary>
    public static (Socket Near, Socket Far) Pair()
    {
        using var door = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        door.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        door.Listen(1);
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        near.Connect(door.LocalEndPoint!);
        return (near, door.Accept());
    }

    public static byte[] Head(FrameKind kind, long length, ulong number = 0)
    {
        var head = new byte[WorkerFrame.HeadBytes];
        WorkerFrame.WriteHead(head, length, kind, 0, number, 0);
        return head;
    }

    public static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Worker.Dispose();
        _far.Dispose();
    }

    private async Task AnswerAsync()
    {
        try
        {
            await using var stream = new NetworkStream(_far);
            var head = new byte[WorkerFrame.HeadBytes];
            while (true)
            {
                await stream.ReadExactlyAsync(head);
                await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt64LittleEndian(head) - head.Length]);
                var isPing = (FrameKind)BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)) is FrameKind.Ping;
                var number = BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(16));
                await stream.WriteAsync(Head(isPing ? FrameKind.Pong : FrameKind.Done, WorkerFrame.HeadBytes, number));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The worker is gone.
        }
    }
}
