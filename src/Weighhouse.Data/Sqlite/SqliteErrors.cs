using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>What a result code of SQLite means to the caller: an expected failure with its cure, or a bug.</summary>
internal static class SqliteErrors
{
    private const int NoSpace = 28;
    private const int FileTooLarge = 27;
    private const int QuotaExceeded = 122;

    /// <summary>The exception to throw for <paramref name="code"/>.</summary>
    public static Exception From(SqliteConnection connection, int code, string statement)
    {
        var detail = connection.LastMessage();
        var error = Expected(connection, code, statement, detail);
        return error is null
            ? new InvariantException($"SQLite refused the statement {statement} with code {code}: {detail}")
            : new DatabaseException(error);
    }

    private static Error? Expected(
        SqliteConnection connection, int code, string statement, string detail) => SqliteCode.Primary(code) switch
    {
        SqliteCode.Constraint => Constraint(code, statement, detail),
        SqliteCode.Full => StorageFull(connection.Path, detail),
        SqliteCode.InputOutput when IsSpace(connection) => StorageFull(connection.Path, detail),
        SqliteCode.InputOutput =>
            Unavailable($"The disk failed under {connection.Path} ({detail}, code {code}, errno {connection.SystemError()}). Check the "
            + "disk and the system's log."),
        SqliteCode.ReadOnly when connection.IsReadOnly => null,
        SqliteCode.ReadOnly => new Error(
            ErrorCode.StorageFull, $"The database {connection.Path} cannot be written: it, its directory or its file system is read-only "
            + $"({detail}). Make it writable for this user."),
        SqliteCode.Busy or SqliteCode.Locked or SqliteCode.Protocol => Unavailable(
            $"The database {connection.Path} is held by another program ({detail}). Close whatever else has it open, then try again."),
        SqliteCode.CannotOpen =>
            Unavailable($"The database {connection.Path} cannot be opened ({detail}, errno {connection.SystemError()}). Check that the "
            + "directory exists and belongs to this user."),
        SqliteCode.NoMemory => Unavailable($"SQLite ran out of memory in the statement {statement}."),
        SqliteCode.Corrupt or SqliteCode.NotADatabase => new Error(ErrorCode.Corrupted,
            $"The database {connection.Path} is damaged ({detail}). Stop the server, keep a copy of the file and restore a backup."),
        SqliteCode.TooBig => Error.Invalid($"A value is larger than SQLite's limit of 1,000,000,000 bytes, in the statement {statement}."),
        SqliteCode.Error when SqliteFunctions.TakeUserError(detail) is { } message => Error.Invalid(message),
        _ => null,
    };

    private static Error? Constraint(int code, string statement, string detail) => code switch
    {
        SqliteCode.ConstraintUnique or SqliteCode.ConstraintPrimaryKey or SqliteCode.ConstraintRowId =>
            Error.Exists($"Something with the same key exists already ({statement}: {detail})."),
        SqliteCode.ConstraintForeignKey =>
            Error.Precondition($"What this refers to does not exist, or is still referred to ({statement}: {detail})."),
        _ => null,
    };

    private static bool IsSpace(SqliteConnection connection) => connection.SystemError() is NoSpace or FileTooLarge or QuotaExceeded;

    private static Error Unavailable(string message) => new(ErrorCode.Unavailable, message);

    public static Error StorageFull(string path, string detail) => new(
        ErrorCode.StorageFull,
        $"There is no room to write {path}: {FreeSpace(path)} ({detail}). Nothing was changed. Make room, then try again.");

    private static string FreeSpace(string path)
    {
        try
        {
            var drive = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return $"{drive.AvailableFreeSpace:N0} bytes are free on its file system";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "the free space of its file system is unknown";
        }
    }
}
