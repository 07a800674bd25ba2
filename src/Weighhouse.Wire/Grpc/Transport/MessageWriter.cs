using System.Buffers.Binary;
using System.IO.Pipelines;
using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>Puts messages into their frames and sends them. Noted bytes go from where they lie into what the connection sends.</summary>
internal sealed class MessageWriter(PipeWriter pipe, Compression compression)
{
    private const int HeadBytes = 5;

    /// <summary>What is handed to the connection before it is asked whether the client keeps up.</summary>
    private const int PieceBytesMax = 64 << 10;

    private int _unflushed;

    public async ValueTask<Result<Done>> WriteAsync(ProtoWriter message, CancellationToken cancellation)
    {
        if (compression is not Compression.Identity) return await CompressAsync(message, cancellation);
        if (message.TotalBytes > int.MaxValue)
            return new Error(ErrorCode.LimitExceeded, $"The answer has {message.TotalBytes} bytes; a message has at most {int.MaxValue}.");
        WriteHead(isCompressed: false, (uint)message.TotalBytes);
        for (var piece = 0; piece < message.PieceCount; piece++)
        {
            var sent = 0;
            while (true)
            {
                var rest = message.Piece(piece)[sent..];
                if (rest.IsEmpty) break;
                var now = rest[..Math.Min(rest.Length, PieceBytesMax)];
                now.CopyTo(pipe.GetSpan(now.Length));
                pipe.Advance(now.Length);
                sent += now.Length;
                _unflushed += now.Length;
                if (_unflushed >= PieceBytesMax) await FlushAsync(cancellation);
            }
        }

        return Done.Ok;
    }

    /// <summary>Sends what is written; a stream's client waits for each message, a unary call's for the end.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        _unflushed = 0;
        var flushed = await pipe.FlushAsync(cancellation);
        if (flushed.IsCompleted || flushed.IsCanceled) throw new OperationCanceledException("The client has gone.");
    }

    private async ValueTask<Result<Done>> CompressAsync(ProtoWriter message, CancellationToken cancellation)
    {
        using var compressed = new MemoryStream();
        await using (var target = Compressions.Compress(compression, compressed))
            for (var piece = 0; piece < message.PieceCount; piece++) target.Write(message.Piece(piece));
        WriteHead(isCompressed: true, (uint)compressed.Length);
        var bytes = compressed.GetBuffer().AsMemory(0, (int)compressed.Length);
        for (; bytes.Length > PieceBytesMax; bytes = bytes[PieceBytesMax..])
        {
            await pipe.WriteAsync(bytes[..PieceBytesMax], cancellation);
        }

        await pipe.WriteAsync(bytes, cancellation);
        return Done.Ok;
    }

    private void WriteHead(bool isCompressed, uint length)
    {
        var head = pipe.GetSpan(HeadBytes);
        head[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], length);
        pipe.Advance(HeadBytes);
        _unflushed += HeadBytes;
    }
}
