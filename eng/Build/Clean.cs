namespace Weighhouse.Build;

internal static class Clean
{
    /// <summary>Deletes what can be made again. A data directory is never touched.</summary>
    public static Task<int> RunAsync()
    {
        // This program runs from artifacts/eng; Linux and macOS keep an open file until it is closed.
        foreach (var folder in new[] { Paths.WebOutput, Path.Combine(Paths.Web, "node_modules"), Paths.Artifacts })
        {
            if (!Directory.Exists(folder)) continue;
            Say.Line($"Deleting {Path.GetRelativePath(Paths.Root, folder)}");
            Directory.Delete(folder, recursive: true);
        }

        return Task.FromResult(ExitCodes.Success);
    }
}
