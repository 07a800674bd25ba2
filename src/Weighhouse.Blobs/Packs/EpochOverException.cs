using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>A section was to be published for sessions of an epoch in which this process has none any more.</summary>
internal sealed class EpochOverException(Error error) : ErrorException(error, null);
