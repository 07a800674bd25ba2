namespace Weighhouse.Build;

/// <summary>What './build' can do: each target's name, its arguments, one line of explanation, and the work.</summary>
internal sealed record Target(string Name, string Arguments, string Summary, Func<string[], Task<int>> Run);

internal static class Targets
{
    private static readonly Target[] All =
    [
        new("restore", "", "fetch the packages of .NET and of the web folder, and ONNX Runtime", _ => Restore()),
        new("build", "", "compile everything, with the web assets", _ => Solution.BuildAsync()),
        new("test", "[PROJECT …] [--filter TEXT]", "set up what tests need, build, run every test or the projects named", TestRun.RunAsync),
        new("e2e", "[--filter TEXT]", "only the tests that drive a browser or speak a foreign protocol", TestRun.RunEndToEndAsync),
        new("soak", "[MINUTES] [PROJECT …] [--filter TEXT]", "run tests round after round, with new seeds, until one fails", Soak.RunAsync),
        new("web", "", "bundle the web assets into src/Weighhouse.Web/wwwroot", _ => Web.BuildAsync()),
        new("bench", "[NAME …]", "run the benchmarks in bench/ (all, or those named) against a release build", Bench.RunAsync),
        new("reference", "", "write docs/reference anew from what the program says", _ => TestRun.RewriteReferenceAsync()),
        new("screenshots", "", "draw every page, light, dark and narrow, into artifacts/screenshots", _ => TestRun.DrawScreenshotsAsync()),
        new("format", "[--check]", "lay out the C# as .editorconfig says; with --check only report", Solution.FormatAsync),
        new("publish", "", "bring the program that './weigh' runs up to date", _ => Publish.RunAsync()),
        new("pack", "", "make artifacts/pack/weigh-VERSION-PLATFORM.tar.gz", _ => Pack.RunAsync()),
        new("ci", "", "what continuous integration runs: test, where a skipped test is a failure", TestRun.RunStrictlyAsync),
        new("clean", "", "delete everything that was built or downloaded into this folder", _ => Clean.RunAsync()),
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is [] or ["--help" or "-h" or "help", ..])
        {
            Help();
            return arguments is [] ? ExitCodes.Usage : ExitCodes.Success;
        }

        var target = Array.Find(All, candidate => candidate.Name == arguments[0]);
        if (target is null)
        {
            Say.Line($"There is no target '{arguments[0]}'. hint: './build --help' lists the {All.Length} there are.");
            return ExitCodes.Usage;
        }

        try
        {
            return await target.Run(arguments[1..]);
        }
        catch (BuildFailed failure)
        {
            Say.Line(failure.Message);
            return failure.ExitCode;
        }
    }

    private static void Help()
    {
        Console.WriteLine("Usage: ./build TARGET [ARGUMENTS]\n\nTargets:");
        foreach (var target in All) Console.WriteLine($"  {$"{target.Name} {target.Arguments}",-42}{target.Summary}");
        Console.WriteLine($"""

            Exit codes:
              {ExitCodes.Success} done
              {ExitCodes.Failure} something failed
              {ExitCodes.Usage} the command was not understood
              {ExitCodes.MissingTool} a tool is missing

            Logs of quiet steps are kept in artifacts/log.
            """);
    }

    private static async Task<int> Restore()
    {
        using (await BuildLock.TakeAsync())
        {
            await Web.RestoreAsync();
            await OnnxLibrary.RestoreAsync();
        }

        return await Solution.RestoreAsync();
    }
}
