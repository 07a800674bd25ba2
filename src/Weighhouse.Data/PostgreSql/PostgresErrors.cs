using System.Net.Sockets;
using Npgsql;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>What a SQLSTATE means to the caller: a collision to try again, an expected failure with its cure, or a bug.</summary>
internal static class PostgresErrors
{
    private const string ConnectionClass = "08";
    private const string ResourcesClass = "53";
    private const string OperatorClass = "57";
    private const string SystemClass = "58";

    public static bool IsOfDatabase(Exception exception) => exception is NpgsqlException or IOException or TimeoutException;

    /// <summary>The transaction met another one: run again, it may well pass.</summary>
    public static bool IsCollision(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable,
    };

    /// <summary>The connection is of no more use.</summary>
    public static bool IsBroken(Exception exception) => exception switch
    {
        PostgresException
        {
            SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        } => true,
        PostgresException postgres => postgres.SqlState.StartsWith(ConnectionClass, StringComparison.Ordinal),
        NpgsqlException or IOException or SocketException or TimeoutException or ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>The error to answer with; null when the exception tells of a bug.</summary>
    public static Error? Expected(Exception exception, string statement) => exception switch
    {
        DatabaseException known => known.Error,
        PostgresException postgres => OfState(postgres, statement),
        NpgsqlException or IOException or SocketException or TimeoutException =>
            Unavailable(
                $"PostgreSQL cannot be reached: {exception.Message}. Check that it runs and that the address and password are right."),
        _ => null,
    };

    /// <summary>The exception to throw: a <see cref="DatabaseException"/> for what is expected, an invariant's for a bug.</summary>
    public static Exception From(Exception exception, string statement) => Expected(exception, statement) is { } error
        ? new DatabaseException(error, exception)
        : new InvariantException($"PostgreSQL refused the statement {statement}: {exception.Message}");

    private static Error? OfState(PostgresException exception, string statement) => exception.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation =>
            Error.Exists($"Something with the same key exists already ({statement}: {exception.ConstraintName})."),
        PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation =>
            Error.Precondition($"What this refers to does not exist, or is still referred to ({statement}: {exception.ConstraintName})."),
        PostgresErrorCodes.DiskFull =>
            new Error(ErrorCode.StorageFull,
                $"PostgreSQL has no room left on its disk ({exception.MessageText}). Nothing was changed. Make room, then try again."),
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            new Error(ErrorCode.StorageFull,
                $"PostgreSQL takes no writes ({exception.MessageText}). Connect to the primary, or make the database writable."),
        PostgresErrorCodes.QueryCanceled =>
            Unavailable($"PostgreSQL stopped the statement {statement} ({exception.MessageText}). Ask for less, or raise the option "
                + $"{nameof(DatabaseOptions.ReadTimeLimitMs)}."),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable =>
            Unavailable($"The write collided with others again and again, in the statement {statement}. Try again later."),
        PostgresErrorCodes.InvalidRegularExpression => Error.Invalid($"Invalid regular expression: {exception.MessageText}"),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            Unavailable($"PostgreSQL refuses the user: {exception.MessageText}. Check the user and password in the option Url."),
        PostgresErrorCodes.InvalidCatalogName =>
            Unavailable($"PostgreSQL: {exception.MessageText}. Create it (createdb), or name another in the option Url."),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted =>
            new Error(ErrorCode.Corrupted, $"PostgreSQL found damage: {exception.MessageText}. Stop the server and restore a backup."),
        var state when IsOfClass(state, ConnectionClass, ResourcesClass, OperatorClass, SystemClass) =>
            Unavailable($"PostgreSQL cannot serve at the moment: {exception.MessageText} (SQLSTATE {state}). Try again later."),
        _ => null,
    };

    private static bool IsOfClass(string state, params ReadOnlySpan<string> classes)
    {
        foreach (var name in classes)
            if (state.StartsWith(name, StringComparison.Ordinal)) return true;
        return false;
    }

    private static Error Unavailable(string message) => new(ErrorCode.Unavailable, message);
}
