namespace Weighhouse.Build;

/// <summary>Remembers when a step last succeeded, so that it is repeated only when one of its sources is newer.</summary>
/// <param name="name">artifacts/NAME.stamp.</param>
/// <param name="sources">Files and folders, from the root; those that do not exist count as unchanged.</param>
internal sealed class Stamp(string name, params string[] sources)
{
    /// <summary>Written by the steps themselves or fetched by them: never a reason to repeat one.</summary>
    private static readonly HashSet<string> Generated = ["node_modules", "wwwroot", "artifacts"];

    private readonly string _path = Path.Combine(Paths.Artifacts, $"{name}.stamp");

    public bool IsFresh()
    {
        if (!File.Exists(_path)) return false;
        var built = File.GetLastWriteTimeUtc(_path);
        return !sources.Any(source => IsNewer(Path.Combine(Paths.Root, source), built));
    }

    /// <summary>Runs the step unless it is fresh. A source that changes meanwhile makes the step stale again.</summary>
    public async Task UnlessFreshAsync(Func<Task> step)
    {
        if (IsFresh()) return;
        Directory.CreateDirectory(Paths.Artifacts);
        var next = _path + ".next";
        await File.WriteAllTextAsync(next, "");
        await step();
        File.Move(next, _path, overwrite: true);
    }

    public void Forget() => File.Delete(_path);

    private static bool IsNewer(string path, DateTime built)
    {
        if (File.Exists(path)) return File.GetLastWriteTimeUtc(path) > built;
        if (!Directory.Exists(path)) return false;
        // A folder's own time tells of files removed.
        if (Directory.GetLastWriteTimeUtc(path) > built) return true;
        if (Directory.EnumerateFiles(path).Any(file => File.GetLastWriteTimeUtc(file) > built)) return true;
        return Directory.EnumerateDirectories(path).Any(folder => !Generated.Contains(Path.GetFileName(folder)) && IsNewer(folder, built));
    }
}
