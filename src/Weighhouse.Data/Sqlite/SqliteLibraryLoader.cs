using System.Reflection;
using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// Chooses the native library once a process: the one named by WEIGH_SQLITE, else the system's when it is at least as new as
/// the bundled one, else the bundled one.
/// </summary>
internal static unsafe class SqliteLibraryLoader
{
    /// <summary>The version inside the package SQLitePCLRaw.lib.e_sqlite3 2.0.6.</summary>
    private const int BundledVersion = 3_035_005;

    public const string OverrideVariable = "WEIGH_SQLITE";

    private static readonly string[] SystemNames =
        OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"] : OperatingSystem.IsWindows() ? ["winsqlite3.dll"] : ["libsqlite3.so.0"];

    private static readonly Lazy<(nint Handle, string Source)> Chosen = new(Choose);

    public static string Source => Chosen.Value.Source;

    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(SqliteLibraryLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        name == SqliteNative.Library ? Chosen.Value.Handle : 0;

    private static (nint Handle, string Source) Choose()
    {
        if (Environment.GetEnvironmentVariable(OverrideVariable) is { Length: > 0 } path)
            return (NativeLibrary.Load(path), $"{path}, named by {OverrideVariable}");
        foreach (var name in SystemNames)
        {
            if (!NativeLibrary.TryLoad(name, out var system)) continue;
            if (IsUsable(system)) return (system, $"{name} of the system");
            NativeLibrary.Free(system);
        }

        if (NativeLibrary.TryLoad("e_sqlite3", typeof(SqliteLibraryLoader).Assembly, null, out var bundled)) return (bundled, "bundled");
        throw new DatabaseException(new Error(
            ErrorCode.Unavailable,
            $"No SQLite library was found: neither {string.Join(", ", SystemNames)} nor the bundled one. " +
            $"Install SQLite 3.35 or newer, or name its library in {OverrideVariable}."));
    }

    private static bool IsUsable(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var version)) return false;
        if (!NativeLibrary.TryGetExport(library, "sqlite3_threadsafe", out var threadSafe)) return false;
        return ((delegate* unmanaged[Cdecl]<int>)version)() >= BundledVersion && ((delegate* unmanaged[Cdecl]<int>)threadSafe)() != 0;
    }
}
