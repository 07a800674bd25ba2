namespace Weighhouse.Build;

/// <summary>bench/ holds the benchmarks as console programs; each takes the names of those to run.</summary>
internal static class Bench
{
    public static async Task<int> RunAsync(string[] names)
    {
        var folder = Path.Combine(Paths.Root, "bench");
        var projects = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories) : [];
        if (projects.Length == 0) throw new BuildFailed("There is no project in bench/ to run.");

        await Publish.RunAsync();
        foreach (var project in projects.Order(StringComparer.Ordinal))
        {
            using (await BuildLock.TakeAsync())
                await Tool.QuietlyAsync("bench", "dotnet", "build", project, "-c", "Release", "-v", "quiet", "-nologo");
            var name = Path.GetFileNameWithoutExtension(project);
            var program = Path.Combine(Paths.Artifacts, "bin", name, "release", $"{name}.dll");
            var exitCode = await Tool.LoudlyAsync("dotnet", [program, .. names]);
            if (exitCode != ExitCodes.Success) return exitCode;
        }

        return ExitCodes.Success;
    }
}
