namespace Weighhouse.Data;

/// <summary>Which SQLite this process uses, for <c>weigh doctor</c>.</summary>
public static class SqliteLibrary
{
    /// <summary>Version and origin: "SQLite 3.40.1 (libsqlite3.so.0 of the system)".</summary>
    public static unsafe string Describe() =>
        $"SQLite {SqliteNative.Text(SqliteNative.sqlite3_libversion())} ({SqliteLibraryLoader.Source})";
}
