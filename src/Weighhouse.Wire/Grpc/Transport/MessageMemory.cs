using System.Buffers;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>
/// The memory that requests may take, all calls together: ten thousand clients that each send a little of a large message must not
/// fill the machine.
/// </summary>
internal sealed class MessageMemory(long bytesMax)
{
    private long _taken;

    public long BytesMax => bytesMax;

    public long TakenBytes => Interlocked.Read(ref _taken);

    /// <summary>A buffer of at least so many bytes; null when the calls in flight hold too many already.</summary>
    public byte[]? TryRent(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) > bytesMax)
        {
            Interlocked.Add(ref _taken, -bytes);
            return null;
        }

        return ArrayPool<byte>.Shared.Rent(bytes);
    }

    /// <param name="bytes">As many as were asked for.</param>
    public void Return(byte[] buffer, int bytes)
    {
        Interlocked.Add(ref _taken, -bytes);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
