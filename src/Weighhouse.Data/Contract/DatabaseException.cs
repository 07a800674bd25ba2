using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// The database could not do what it was asked: the disk is full, the time limit has passed, the file is damaged.
/// A write turns it into a failed result; a read, which has no result to carry it, throws it, and the host's error boundary
/// answers with <see cref="Error"/>.
/// </summary>
public sealed class DatabaseException(Error error, Exception? cause = null) : ErrorException(error, cause);
