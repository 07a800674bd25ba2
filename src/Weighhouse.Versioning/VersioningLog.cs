using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>Everything the module logs. Event ids are stable: 5000 to 5099.</summary>
internal static partial class VersioningLog
{
    [LoggerMessage(5000, LogLevel.Information, "{Actor} pushed {Commits} commits and moved {Refs} refs of {Repository}")]
    public static partial void Pushed(this ILogger log, string actor, int commits, int refs, string repository);

    [LoggerMessage(5001, LogLevel.Information, "{Actor} took {Ref} of {Repository} from {Old} to {New} by force")]
    public static partial void Forced(this ILogger log, string actor, string @ref, string repository, Digest? old, Digest? @new);

    [LoggerMessage(5002, LogLevel.Warning, "A pack that {Actor} sent to {Repository} was refused after {Offset} bytes: {Error}")]
    public static partial void PackRefused(this ILogger log, string actor, string repository, long offset, Error error);

    [LoggerMessage(5003, LogLevel.Critical, "{Path} of commit {Commit} on {Ref} of {Repository} is damaged: {Problem}")]
    public static partial void Damaged(this ILogger log, TreePath path, Digest commit, string @ref, string repository, string problem);

    [LoggerMessage(5004, LogLevel.Warning, "{Actor} sent {Repository} content as {Algorithm} {Alias}, which it is not: {Found}")]
    public static partial void AliasForged(
        this ILogger log, string actor, string repository, AliasAlgorithm algorithm, ContentAlias alias, string found);

    [LoggerMessage(5005, LogLevel.Information, "An upload of {Alias} to {Repository} was cut; {ReceivedBytes} bytes are kept for its rest")]
    public static partial void AliasCut(this ILogger log, ContentAlias alias, string repository, long receivedBytes);

    [LoggerMessage(5006, LogLevel.Information, "{Actor} took the lock of {Owner} on {Path} of {Repository} away")]
    public static partial void LockForced(this ILogger log, string actor, string owner, string path, string repository);

    [LoggerMessage(5007, LogLevel.Warning, "The catalogue's entry '{Path}' of {Repository} cannot be looked at now: {Error}")]
    public static partial void LookFailed(this ILogger log, string repository, string path, Error error);

    [LoggerMessage(5008, LogLevel.Error, "The catalogue cannot be kept: the database failed")]
    public static partial void CatchUpFailed(this ILogger log, Exception exception);
}
