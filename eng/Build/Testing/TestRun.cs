using System.Diagnostics;

namespace Weighhouse.Build;

/// <summary>Sets up what tests need, builds once, runs the test programs, and adds up.</summary>
internal static class TestRun
{
    private static readonly string[] EndToEnd = ["Weighhouse.Tests.Wire", "Weighhouse.Tests.Browser"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var selection = TestSelection.Parse(arguments);
        await PrepareAsync(selection);
        var clock = Stopwatch.StartNew();
        var total = new TestTotals();
        foreach (var project in selection.Projects) total.Add(await TestProgram.RunAsync(project, selection.Filter));
        return Conclude(total, clock.Elapsed);
    }

    public static Task<int> RunStrictlyAsync(string[] arguments)
    {
        Ci.TurnOn();
        return RunAsync(arguments);
    }

    public static Task<int> RunEndToEndAsync(string[] arguments) => RunAsync([.. EndToEnd.Where(TestSelection.Exists), .. arguments]);

    /// <summary>The tests that compare docs/reference with the program can also write it.</summary>
    public static async Task<int> RewriteReferenceAsync()
    {
        const string project = "Weighhouse.Tests.Rules";
        await Solution.BuildAsync([project]);
        var rewrite = new Dictionary<string, string> { ["WEIGH_REWRITE"] = "1" };
        return (await TestProgram.RunAsync(project, "ReferenceTests", rewrite)).Failed;
    }

    /// <summary>Every page as a browser draws it, to be looked at.</summary>
    public static async Task<int> DrawScreenshotsAsync()
    {
        const string project = "Weighhouse.Tests.Browser";
        await DebianPackages.InstallMissingAsync();
        await Solution.BuildAsync([project]);
        var folder = Path.Combine(Paths.Artifacts, "screenshots");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        var totals = await TestProgram.RunAsync(
            project, "ScreenshotTests", new Dictionary<string, string> { ["WEIGH_SCREENSHOTS"] = folder }, isExplicit: true);
        Say.Line($"They are in {Path.GetRelativePath(Paths.Root, folder)}.");
        return totals.Passed > 0 && totals.Failed == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>Everything but the running: packages, the program that documentation tests start, the test programs.</summary>
    public static async Task PrepareAsync(TestSelection selection)
    {
        await DebianPackages.InstallMissingAsync();
        if (selection.Projects.Contains(OnnxLibrary.UsedBy))
            using (await BuildLock.TakeAsync()) await OnnxLibrary.RestoreAsync();
        await NodePackages.RestoreAsync([.. selection.Projects]);
        if (selection.NeedsProgram) await Publish.RunAsync();
        if (selection.IsEverything) await Solution.BuildAsync();
        else await Solution.BuildAsync(selection.Projects);
    }

    private static int Conclude(TestTotals total, TimeSpan elapsed)
    {
        foreach (var (reason, count) in total.SkipReasons.OrderByDescending(pair => pair.Value))
            Console.WriteLine($"skipped {count}: {reason}");
        Console.WriteLine($"\nSlowest of {total.Passed + total.Failed} in {elapsed.TotalSeconds:F0} s:");
        foreach (var test in total.Slowest) Console.WriteLine($"  {test.Seconds,7:F2} s  {test.Name}");
        Console.WriteLine();

        var skippedIsFailure = Ci.IsOn && total.Skipped > 0;
        if (skippedIsFailure) Console.WriteLine("A skipped test is a failure here (CI=true): install what it needs, see eng/packages.txt.");
        if (total.Passed + total.Failed == 0) Console.WriteLine("No test ran: a filter that selects none is a mistake.");
        Console.WriteLine($"{total.Passed} passed, {total.Failed} failed{(total.Skipped > 0 ? $", {total.Skipped} skipped" : "")}");
        return total.Failed > 0 || skippedIsFailure || total.Passed == 0 ? ExitCodes.Failure : ExitCodes.Success;
    }
}
