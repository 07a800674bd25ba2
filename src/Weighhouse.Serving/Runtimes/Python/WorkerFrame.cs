using System.Buffers;
using System.Buffers.Binary;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>Kinds of frames. The worker's half, and what a frame looks like, is in Worker/weighhouse_worker/wire.py.</summary>
internal enum FrameKind : uint
{
    Hello = 1,
    Load,
    Loaded,
    Failed,
    Run,
    Done,
    Refused,
    Ping,
    Pong,
}

/// <summary>A frame that has come from a worker, in memory of the pool. What it says of itself is held against its length.</summary>
internal sealed class WorkerFrame(byte[] buffer, int length) : IDisposable
{
    public const int HeadBytes = 32;
    public const int PortBytes = 16;
    public const int Alignment = 64;

    private byte[]? _buffer = buffer;

    public FrameKind Kind => (FrameKind)BinaryPrimitives.ReadUInt32LittleEndian(Bytes[8..]);

    /// <summary>How many tensors it says that it has.</summary>
    public uint Count => BinaryPrimitives.ReadUInt32LittleEndian(Bytes[12..]);

    /// <summary>The request that it answers.</summary>
    public ulong Number => BinaryPrimitives.ReadUInt64LittleEndian(Bytes[16..]);

    /// <summary>The most memory that the worker has held.</summary>
    public long PeakBytes => BinaryPrimitives.ReadInt64LittleEndian(Bytes[24..]);

    public ReadOnlySpan<byte> Bytes => (_buffer ?? throw new ObjectDisposedException(nameof(WorkerFrame))).AsSpan(0, length);

    /// <summary>What a frame of talk says, in JSON.</summary>
    public ReadOnlySpan<byte> Words => Bytes[HeadBytes..];

    public static int Align(int at) => at + (-at & (Alignment - 1));

    public static void WriteHead(Span<byte> head, long length, FrameKind kind, int count, ulong number, ulong more)
    {
        BinaryPrimitives.WriteInt64LittleEndian(head, length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)kind);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], count);
        BinaryPrimitives.WriteUInt64LittleEndian(head[16..], number);
        BinaryPrimitives.WriteUInt64LittleEndian(head[24..], more);
    }

    public void Dispose()
    {
        if (_buffer is not { } array) return;
        _buffer = null;
        ArrayPool<byte>.Shared.Return(array);
    }
}
