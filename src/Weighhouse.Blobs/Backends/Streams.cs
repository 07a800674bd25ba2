using System.Runtime.InteropServices;

namespace Weighhouse.Blobs.Backends;

/// <summary>Bytes as the libraries want them, without a copy where they lie in an array.</summary>
internal static class Streams
{
    public static (byte[] Array, int Offset, int Count) ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) ? (array.Array!, array.Offset, array.Count) : (bytes.ToArray(), 0, bytes.Length);

    public static MemoryStream Over(ReadOnlyMemory<byte> bytes)
    {
        var (array, offset, count) = ArrayOf(bytes);
        return new MemoryStream(array, offset, count, writable: false);
    }
}
