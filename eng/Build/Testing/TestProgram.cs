using System.Diagnostics;

namespace Weighhouse.Build;

/// <summary>Runs one test program (xunit v3 projects are console programs) and reads what it reports line by line.</summary>
internal static class TestProgram
{
    /// <summary>A program that reports nothing for this long hangs; no single test may take longer.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(500);

    /// <param name="isExplicit">Only what is marked as explicit, which no other run takes along.</param>
    public static async Task<TestTotals> RunAsync(
        string project, string? filter, IReadOnlyDictionary<string, string>? environment = null, bool isExplicit = false)
    {
        if (project is WebTests.Project) return await WebTests.RunAsync(filter);
        var program = Path.Combine(Paths.Artifacts, "bin", project, "release", $"{project}.dll");
        List<string> arguments = [program, "-reporter", "json", "-noColor", "-noLogo", "-noAutoReporters"];
        if (isExplicit) arguments.AddRange(["-explicit", "only"]);
        if (filter is not null) arguments.AddRange(["-method", $"*{filter}*"]);

        var clock = Stopwatch.StartNew();
        var report = new TestReport();
        using var process = Tool.Start("dotnet", arguments, environment, report.Read);
        await WaitAsync(process, report);
        var totals = report.Conclude(project, process.ExitCode);
        Console.WriteLine(
            $"{project}: {totals.Passed} passed, {totals.Failed} failed, {totals.Skipped} skipped in {clock.Elapsed.TotalSeconds:F1} s");
        return totals;
    }

    private static async Task WaitAsync(Process process, TestReport report)
    {
        while (!process.WaitForExit(CheckEvery))
        {
            await Task.Yield();
            if (report.Silence < SilenceMax) continue;
            Console.WriteLine(
                $"No news for {SilenceMax.TotalMinutes:F0} minutes; stopping it. Still running: {string.Join(", ", report.Running)}");
            process.Kill(entireProcessTree: true);
        }

        // Waits for the last lines of output as well.
        await process.WaitForExitAsync();
    }
}
