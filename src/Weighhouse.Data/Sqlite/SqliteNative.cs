using System.Runtime.InteropServices;

namespace Weighhouse.Data;

/// <summary>
/// The part of SQLite's C interface that the engine uses. Calls that only move a value are marked
/// <see cref="SuppressGCTransitionAttribute"/>: they take nanoseconds and never call back. Those that do work, wait for the
/// disk or call back into managed code are not.
/// </summary>
internal static unsafe partial class SqliteNative
{
    public const string Library = "weighhouse-sqlite3";

    /// <summary>SQLite copies the bytes before the call returns.</summary>
    public const nint Transient = -1;

    /// <summary>The bytes stay where they are until the statement has run.</summary>
    public const nint Static = 0;

    static SqliteNative() => SqliteLibraryLoader.Register();

    [LibraryImport(Library)]
    public static partial byte* sqlite3_libversion();

    [LibraryImport(Library)]
    public static partial int sqlite3_open_v2(byte* path, out nint database, int flags, byte* fileSystem);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_result_codes(nint database, int on);

    [LibraryImport(Library)]
    public static partial int sqlite3_busy_timeout(nint database, int milliseconds);

    [LibraryImport(Library)]
    public static partial int sqlite3_system_errno(nint database);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errmsg(nint database);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_get_autocommit(nint database);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_changes(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_prepare_v3(nint database, byte* sql, int length, uint flags, out nint statement, out byte* tail);

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_stmt_readonly(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_parameter_count(nint statement);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_bind_parameter_name(nint statement, int index);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_bind_double(nint statement, int index, double value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_bind_null(nint statement, int index);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_text(nint statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_blob(nint statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_zeroblob(nint statement, int index, int length);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial double sqlite3_column_double(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport(Library)]
    public static partial void sqlite3_progress_handler(
        nint database, int instructions, delegate* unmanaged[Cdecl]<nint, int> callback, nint state);

    [LibraryImport(Library)]
    public static partial nint sqlite3_wal_hook(
        nint database, delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int> callback, nint state);

    [LibraryImport(Library)]
    public static partial int sqlite3_wal_checkpoint_v2(
        nint database, byte* schema, int mode, out int framesInLog, out int framesCheckpointed);

    [LibraryImport(Library)]
    public static partial int sqlite3_create_function_v2(
        nint database, byte* name, int arguments, int encoding, nint state,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> function, nint step, nint final, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_value_type(nint value);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_value_text(nint value);

    [LibraryImport(Library)]
    public static partial int sqlite3_value_bytes(nint value);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_int(nint context, int value);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_int64(nint context, long value);

    [LibraryImport(Library)]
    public static partial nint sqlite3_user_data(nint context);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_null(nint context);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_text(nint context, byte* value, int length, nint destructor);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_error(nint context, byte* message, int length);

    [LibraryImport(Library)]
    public static partial nint sqlite3_get_auxdata(nint context, int argument);

    [LibraryImport(Library)]
    public static partial void sqlite3_set_auxdata(
        nint context, int argument, nint data, delegate* unmanaged[Cdecl]<nint, void> destructor);

    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
