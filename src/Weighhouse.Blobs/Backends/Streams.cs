using System.Runtime.InteropServices;

namespace Weighhouse.Blobs.Backends;

internal static class Streams
{
    /// <summary>Bytes as a stream, without a copy.</summary>
    public static MemoryStream Over(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
}
