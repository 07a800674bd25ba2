using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>
/// The bytes on disk are not those the id names, and part of them has already been handed to the target. An exception and not a
/// result, because the one right reaction is to break the response off: left alone, it would end like a good one.
/// </summary>
public sealed class CorruptBlobException(Digest id, string message) : IOException(message)
{
    public Digest Id { get; } = id;
}
