using System.Buffers.Binary;

namespace Weighhouse.Serving;

/// <summary>The name of one prediction: 32 lower-case hexadecimal digits, the same in the answer, the logs and the request log.</summary>
public readonly record struct PredictionId(ulong Process, ulong Number)
{
    public const int Length = 32;

    /// <summary>As text into a buffer of at least <see cref="Length"/> bytes.</summary>
    public void Format(Span<byte> utf8)
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        Convert.TryToHexStringLower(bytes, utf8, out _);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Process);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Number);
    }
}
