using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>Somebody's word to work on a path alone.</summary>
/// <param name="Number">Grows with time in a server; never used again.</param>
/// <param name="Path">As the client wrote it; nothing on this server is found by it.</param>
public sealed record PathLock(long Number, string Path, string Owner, long LockedMs);

/// <summary>Which locks to list. Null leaves open.</summary>
public sealed record LockQuery(string? Path = null, long? Number = null);

/// <summary>Locks of paths, one owner each. Clients that ask heed them; they bar nothing on the server.</summary>
public interface ILocks
{
    /// <summary>The lock; one that somebody has already is told with <see cref="LockOutcome.IsNew"/> false.</summary>
    ValueTask<Result<LockOutcome>> CreateAsync(Principal caller, string repository, string path, CancellationToken cancellation);

    /// <summary>By age.</summary>
    /// <param name="permission">View, or Contribute for who is about to push.</param>
    ValueTask<Result<Page<PathLock>>> ListAsync(
        Principal caller, string repository, Permission permission, LockQuery query, PageRequest page, CancellationToken cancellation);

    /// <summary>
    /// Takes the lock away; somebody else's only by <paramref name="force"/>, which administrators of the repository may.
    /// </summary>
    ValueTask<Result<PathLock>> ReleaseAsync(
        Principal caller, string repository, long number, bool force, CancellationToken cancellation);
}

public readonly record struct LockOutcome(PathLock Lock, bool IsNew);
