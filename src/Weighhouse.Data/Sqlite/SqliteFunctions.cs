using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Weighhouse.Data;

/// <summary>
/// The functions SQLite lacks. They exist on PostgreSQL too, made by this module's first migration:
/// <c>fold(text)</c>, lower case for ILIKE; <c>regexp(pattern, value)</c>; and <c>clock_ms()</c>, the clock of leases and jobs.
/// </summary>
internal static unsafe class SqliteFunctions
{
    private const int EncodingUtf8 = 1;
    private const int Deterministic = 0x800;
    private const int StackBytes = 512;

    /// <summary>Marks a message that is meant for the person who wrote the search, not for the author of the SQL.</summary>
    private const string UserError = "user: ";

    public static void AddTo(SqliteConnection connection)
    {
        Add(connection, "fold", 1, Deterministic, &Fold);
        Add(connection, "regexp", 2, Deterministic, &Regexp);
        Add(connection, "clock_ms", 0, 0, &Clock);
    }

    /// <summary>The message behind the mark; null when there is no mark.</summary>
    public static string? TakeUserError(string message) =>
        message.StartsWith(UserError, StringComparison.Ordinal) ? message[UserError.Length..] : null;

    private static void Add(
        SqliteConnection connection, string name, int arguments, int flags, delegate* unmanaged[Cdecl]<nint, int, nint*, void> function)
    {
        fixed (byte* bytes = SqliteConnection.Utf8(name))
        {
            var code = SqliteNative.sqlite3_create_function_v2(
                connection.Handle, bytes, arguments, EncodingUtf8 | flags, connection.Self, function, 0, 0, 0);
            connection.Check(code, name);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Clock(nint context, int count, nint* values)
    {
        var connection = SqliteConnection.Of(SqliteNative.sqlite3_user_data(context));
        SqliteNative.sqlite3_result_int64(context, connection.Time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fold(nint context, int count, nint* values)
    {
        if (IsNull(values[0]))
        {
            SqliteNative.sqlite3_result_null(context);
            return;
        }

        var text = ValueOf(values[0]);
        byte[]? rented = null;
        try
        {
            var target = text.Length <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(text.Length);
            if (Ascii.ToLower(text, target, out var written) is not OperationStatus.Done)
            {
                var folded = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ToLowerInvariant());
                Answer(context, folded);
                return;
            }

            Answer(context, target[..written]);
        }
        catch (Exception exception)
        {
            // A boundary: an exception must not unwind through SQLite's frames.
            Fail(context, exception.Message);
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Regexp(nint context, int count, nint* values)
    {
        if (IsNull(values[0]) || IsNull(values[1]))
        {
            SqliteNative.sqlite3_result_null(context);
            return;
        }

        char[]? rented = null;
        try
        {
            var known = SqliteNative.sqlite3_get_auxdata(context, 0);
            var pattern = known != 0
                ? (SearchPattern)GCHandle.FromIntPtr(known).Target!
                : SearchPattern.Of(Encoding.UTF8.GetString(ValueOf(values[0])));
            if (pattern.Problem is { } problem)
            {
                Fail(context, UserError + problem);
                return;
            }

            // Remembered by SQLite for the rest of the statement when the pattern is a constant of it.
            if (known == 0) SqliteNative.sqlite3_set_auxdata(context, 0, GCHandle.ToIntPtr(GCHandle.Alloc(pattern)), &Forget);
            var value = ValueOf(values[1]);
            var characters = value.Length <= StackBytes ? stackalloc char[StackBytes] : rented = ArrayPool<char>.Shared.Rent(value.Length);
            Utf8.ToUtf16(value, characters, out _, out var length);
            SqliteNative.sqlite3_result_int(context, pattern.Matches(characters[..length]) ? 1 : 0);
        }
        catch (Exception exception)
        {
            // A boundary: an exception must not unwind through SQLite's frames.
            Fail(context, exception.Message);
        }
        finally
        {
            if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forget(nint data) => GCHandle.FromIntPtr(data).Free();

    private static bool IsNull(nint value) => SqliteNative.sqlite3_value_type(value) == SqliteCode.TypeNull;

    private static ReadOnlySpan<byte> ValueOf(nint value)
    {
        var bytes = SqliteNative.sqlite3_value_text(value);
        return new ReadOnlySpan<byte>(bytes, SqliteNative.sqlite3_value_bytes(value));
    }

    private static void Answer(nint context, ReadOnlySpan<byte> text)
    {
        // A null pointer would answer NULL for the empty text.
        fixed (byte* bytes = text.IsEmpty ? " "u8 : text)
            SqliteNative.sqlite3_result_text(context, bytes, text.Length, SqliteNative.Transient);
    }

    private static void Fail(nint context, string message)
    {
        var bytes = SqliteConnection.Utf8(message);
        fixed (byte* text = bytes) SqliteNative.sqlite3_result_error(context, text, bytes.Length - 1);
    }
}
