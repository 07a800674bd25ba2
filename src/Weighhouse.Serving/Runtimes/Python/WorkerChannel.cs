using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>The connection to one worker. One request is under way at a time.</summary>
internal sealed class WorkerChannel(Socket socket, int replyBytesMax) : IDisposable
{
    /// <summary>Frames up to here are put together before they are sent: a copy of 16 KB costs less than another system call.</summary>
    private const int TogetherBytes = 16 << 10;
    private const int FirstBytes = 4 << 10;

    /// <summary>Of frames that hold no tensors: what a worker says of itself is short.</summary>
    private const int TalkBytesMax = 1 << 20;

    private static readonly byte[] Padding = new byte[WorkerFrame.Alignment];

    public void Dispose() => socket.Dispose();

    public ValueTask TalkAsync(FrameKind kind, ulong number, ReadOnlyMemory<byte> words, CancellationToken cancellation)
    {
        var frame = new byte[WorkerFrame.HeadBytes + words.Length];
        WorkerFrame.WriteHead(frame, frame.Length, kind, 0, number, 0);
        words.Span.CopyTo(frame.AsSpan(WorkerFrame.HeadBytes));
        return SendAllAsync(frame, cancellation);
    }

    /// <summary>Sends the inputs of a request from where they lie.</summary>
    public async ValueTask SendAsync(InferenceRequest request, ulong number, CancellationToken cancellation)
    {
        var plan = new RequestPlan(request, number);
        var buffer = ArrayPool<byte>.Shared.Rent(plan.IsTogether(TogetherBytes) ? plan.FrameBytes : plan.HeadBytes);
        try
        {
            plan.WriteHead(buffer);
            if (plan.IsTogether(TogetherBytes))
            {
                plan.WriteTensors(buffer);
                await SendAllAsync(buffer.AsMemory(0, plan.FrameBytes), cancellation);
                return;
            }

            await SendAllAsync(buffer.AsMemory(0, plan.HeadBytes), cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        for (var input = 0; input < request.Shape.Inputs.Count; input++) await SendAsync(request, input, plan, cancellation);
    }

    /// <summary>The next frame; fails when the worker has closed the connection, or sends what is no frame.</summary>
    public async ValueTask<Result<WorkerFrame>> ReceiveAsync(CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
        try
        {
            var got = 0;
            while (got < WorkerFrame.HeadBytes)
            {
                var count = await socket.ReceiveAsync(buffer.AsMemory(got), SocketFlags.None, cancellation);
                if (count == 0) return Closed();
                got += count;
            }

            var length = BinaryPrimitives.ReadInt64LittleEndian(buffer);
            var isReply = (FrameKind)BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(8)) is FrameKind.Done;
            var lengthMax = isReply ? replyBytesMax : Math.Min(replyBytesMax, TalkBytesMax);
            if (length < got || length > lengthMax) return Broken(length, lengthMax);
            while (got < length)
            {
                if (got == buffer.Length) Grow(ref buffer, length);
                var count = await socket.ReceiveAsync(
                    buffer.AsMemory(got, (int)Math.Min(length, buffer.Length) - got), SocketFlags.None, cancellation);
                if (count == 0) return Closed();
                got += count;
            }

            var frame = new WorkerFrame(buffer, (int)length);
            buffer = null;
            return frame;
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Error Closed() => new(ErrorCode.Unavailable, "it closed the connection");

    /// <summary>Twice the room, as the bytes come: a length that is only said takes no memory.</summary>
    private static void Grow(ref byte[] buffer, long length)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, 2L * buffer.Length));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private static Error Broken(long length, long lengthMax) => new(
        ErrorCode.Internal, $"it sent a frame of {length} bytes; one of its kind has {WorkerFrame.HeadBytes} to {lengthMax}");

    private async ValueTask SendAsync(InferenceRequest request, int input, RequestPlan plan, CancellationToken cancellation)
    {
        if (plan.TensorBytes(input) == 0) return;
        if (request.Shape.Inputs[input].Element is ElementType.Text)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(plan.TensorBytes(input));
            try
            {
                RequestPlan.WriteTexts(request.Input(input), buffer);
                await SendAllAsync(buffer.AsMemory(0, plan.TensorBytes(input)), cancellation);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        else
        {
            await SendAllAsync(request.Bytes(input), cancellation);
        }

        if (plan.PaddingAfter(input) is > 0 and var padding) await SendAllAsync(Padding.AsMemory(0, padding), cancellation);
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await socket.SendAsync(bytes, SocketFlags.None, cancellation);
            bytes = bytes[sent..];
        }
    }
}
