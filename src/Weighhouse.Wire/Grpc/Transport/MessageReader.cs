using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>
/// Takes messages out of their frames: a byte that says whether it is compressed, four with the length, the message. What breaks these
/// rules is INTERNAL, as gRPC has it; what is too large, RESOURCE_EXHAUSTED.
/// </summary>
internal sealed class MessageReader(PipeReader pipe, MessageMemory memory, Compression compression, int messageBytesMax)
{
    private const int HeadBytes = 5;
    private const int InflatedPieceBytes = 64 << 10;

    /// <summary>The next message; null when the client has sent its last.</summary>
    public async ValueTask<Result<MessageBuffer?>> ReadAsync(CancellationToken cancellation)
    {
        var head = await ReadHeadAsync(cancellation);
        if (!head.TryGet(out var frame, out var error)) return error;
        if (frame is not { } announced) return (MessageBuffer?)null;
        var message = new MessageBuffer(memory);
        var isWhole = false;
        try
        {
            var filled = await FillAsync(message, announced.Length, cancellation);
            if (filled.IsFailure) return filled.Error;
            isWhole = true;
            return announced.IsCompressed ? Inflate(message) : message;
        }
        finally
        {
            if (!isWhole) message.Dispose();
        }
    }

    private async ValueTask<Result<Head?>> ReadHeadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = await ReadPipeAsync(cancellation);
            var bytes = read.Buffer;
            if (bytes.Length >= HeadBytes)
            {
                var head = HeadOf(bytes);
                pipe.AdvanceTo(bytes.GetPosition(HeadBytes));
                return Check(head) is { } refused ? refused : head;
            }

            var isEmpty = bytes.IsEmpty;
            pipe.AdvanceTo(bytes.Start, bytes.End);
            if (read.IsCompleted) return isEmpty ? (Head?)null : Broken("The call ended within the five bytes before a message.");
        }
    }

    private async ValueTask<Result<Done>> FillAsync(MessageBuffer message, int length, CancellationToken cancellation)
    {
        while (message.Length < length)
        {
            var read = await ReadPipeAsync(cancellation);
            var bytes = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, length - message.Length));
            var count = (int)bytes.Length;
            var room = message.Room(count, length);
            var hasRoom = room.Length == count;
            if (hasRoom)
            {
                bytes.CopyTo(room);
                message.Advance(count);
            }

            pipe.AdvanceTo(bytes.End);
            if (!hasRoom) return NoMemory();
            if (read.IsCompleted && message.Length < length)
                return Broken($"The call ended after {message.Length} of the {length} bytes of a message.");
        }

        return Done.Ok;
    }

    /// <summary>A client that resets its stream may be heard of here before the token of its call tells.</summary>
    private async ValueTask<ReadResult> ReadPipeAsync(CancellationToken cancellation)
    {
        try
        {
            return await pipe.ReadAsync(cancellation);
        }
        catch (IOException exception)
        {
            throw new OperationCanceledException("The client has gone.", exception);
        }
    }

    private Result<MessageBuffer?> Inflate(MessageBuffer compressed)
    {
        using (compressed)
        {
            MemoryMarshal.TryGetArray((ReadOnlyMemory<byte>)compressed.Memory, out var segment);
            using var source = new MemoryStream(segment.Array ?? [], segment.Offset, segment.Count, writable: false);
            using var inflated = Compressions.Decompress(compression, source);
            var message = new MessageBuffer(memory);
            var refused = Inflate(inflated, message);
            if (refused is null) return message;
            message.Dispose();
            return refused;
        }
    }

    private Error? Inflate(Stream inflated, MessageBuffer message)
    {
        try
        {
            while (true)
            {
                var piece = (int)Math.Min(InflatedPieceBytes, (long)messageBytesMax + 1 - message.Length);
                var room = message.Room(piece, message.Length + piece);
                if (room.Length != piece) return NoMemory();
                var count = inflated.Read(room);
                if (count == 0) return null;
                message.Advance(count);
                if (message.Length > messageBytesMax) return TooLarge("decompressed");
            }
        }
        catch (InvalidDataException)
        {
            return Broken($"A message is not {Compressions.Word(compression)}, which grpc-encoding says it is.");
        }
    }

    private Error? Check(Head head) => head switch
    {
        { Flag: > 1 } => Broken($"A message begins with {head.Flag}; 0 means plain, 1 compressed."),
        { IsCompressed: true } when compression is Compression.Identity =>
            Broken("A message is compressed, but grpc-encoding does not say how."),
        { AnnouncedBytes: var bytes } when bytes > messageBytesMax => TooLarge(bytes.ToString()),
        _ => null,
    };

    private Error TooLarge(string size) => new(
        ErrorCode.LimitExceeded, $"Received message larger than max ({size} vs. {messageBytesMax}). Send less at once.");

    private Error NoMemory() => new(
        ErrorCode.LimitExceeded,
        $"The messages of all calls in flight take more than {memory.BytesMax} bytes. Try again in a second.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static Error Broken(string message) => new(ErrorCode.Internal, message);

    private static Head HeadOf(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        bytes.Slice(0, HeadBytes).CopyTo(head);
        return new Head(head[0], BinaryPrimitives.ReadUInt32BigEndian(head[1..]));
    }

    private readonly record struct Head(byte Flag, uint AnnouncedBytes)
    {
        public bool IsCompressed => Flag == 1;

        public int Length => (int)AnnouncedBytes;
    }
}
