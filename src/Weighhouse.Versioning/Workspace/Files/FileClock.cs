namespace Weighhouse.Versioning.Workspace.Files;

/// <summary>The clock that files are stamped with.</summary>
internal static class FileClock
{
    public static long NowNs(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
