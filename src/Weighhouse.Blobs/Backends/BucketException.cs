using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>The bucket or the ledger could not do what it was asked, in the middle of something that has no result to say so.</summary>
internal sealed class BucketException(Error error, Exception? cause = null) : ErrorException(error, cause);
