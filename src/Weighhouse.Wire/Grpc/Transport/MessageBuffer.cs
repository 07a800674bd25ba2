using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>A message in one piece of pooled memory, which grows with what has come, whatever length was announced. Dispose it.</summary>
internal sealed class MessageBuffer(MessageMemory pool) : IDisposable
{
    /// <summary>What an announcement is believed without a byte to show for it.</summary>
    private const int BelievedBytesMax = 64 << 10;

    private const int GrowthFactor = 4;

    private byte[]? _bytes;
    private int _rented;

    public int Length { get; private set; }

    public Memory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Room for more bytes; empty when all calls together hold too many.</summary>
    /// <param name="lengthInAll">How long the message will be, as far as is known.</param>
    public Span<byte> Room(int bytes, int lengthInAll) => Ensure(Length + bytes, lengthInAll) ? _bytes.AsSpan(Length, bytes) : default;

    public void Advance(int bytes)
    {
        Length += bytes;
        Invariant.That(Length <= _rented);
    }

    public void Dispose()
    {
        if (_bytes is null) return;
        pool.Return(_bytes, _rented);
        _bytes = null;
        Length = 0;
    }

    private bool Ensure(int length, int lengthInAll)
    {
        if (_bytes is not null && length <= _rented) return true;
        var wanted = (int)Math.Max(length, Math.Min(lengthInAll, Math.Max(BelievedBytesMax, (long)GrowthFactor * length)));
        if (pool.TryRent(wanted) is not { } larger) return false;
        if (_bytes is not null)
        {
            _bytes.AsSpan(0, Length).CopyTo(larger);
            pool.Return(_bytes, _rented);
        }

        (_bytes, _rented) = (larger, wanted);
        return true;
    }
}
