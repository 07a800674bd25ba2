using System.Diagnostics;
using System.Text.Json;

namespace Weighhouse.Build;

/// <summary>The front end's types, as one test, and its unit tests in Node. Counted like any other test project.</summary>
internal static class WebTests
{
    /// <summary>As <c>./build test web</c> names it.</summary>
    public const string Project = "web";

    private const string TypesTest = "web types fit together";

    private const int StrayLinesShown = 40;

    public static bool Exist => File.Exists(Path.Combine(Paths.Web, "package.json"));

    public static async Task<TestTotals> RunAsync(string? filter)
    {
        await RestoreAsync();
        var totals = new TestTotals();
        var clock = Stopwatch.StartNew();
        if (Wants(filter, TypesTest)) await CheckTypesAsync(totals);
        await RunUnitsAsync(totals, filter);
        Console.WriteLine(
            $"{Project}: {totals.Passed} passed, {totals.Failed} failed, {totals.Skipped} skipped in {clock.Elapsed.TotalSeconds:F1} s");
        return totals;
    }

    private static async Task RestoreAsync()
    {
        using var held = await BuildLock.TakeAsync();
        await Web.RestoreAsync();
    }

    private static async Task CheckTypesAsync(TestTotals totals)
    {
        var clock = Stopwatch.StartNew();
        var (exitCode, lines) = await NpmAsync("check");
        Count(totals, new WebTest(TypesTest, clock.Elapsed.TotalSeconds, exitCode == 0 ? null : string.Join('\n', lines), null));
    }

    private static async Task RunUnitsAsync(TestTotals totals, string? filter)
    {
        var (exitCode, lines) = await NpmAsync("test", "--", "--lines");
        var tests = lines.Select(WebTest.Read).OfType<WebTest>().ToList();
        foreach (var test in tests.Where(test => Wants(filter, test.Name))) Count(totals, test);
        var isTold = tests.Exists(test => test.Failure is not null);
        // What a file printed when it could not even be loaded.
        if (isTold) foreach (var line in lines.Where(line => WebTest.Read(line) is null).Take(StrayLinesShown)) Show(line);
        if (tests.Count > 0 && (exitCode == 0 || isTold)) return;
        // Nothing was reported, or the runner failed and no test did: the bundling broke, or a file's own code.
        Count(totals, new WebTest("web unit tests run", 0, $"npm test ended with {exitCode}\n{string.Join('\n', lines)}", null));
    }

    private static bool Wants(string? filter, string name) => filter is null || name.Contains(filter, StringComparison.OrdinalIgnoreCase);

    private static void Count(TestTotals totals, WebTest test)
    {
        if (test.Skipped is not null) totals.Skip(test.Skipped);
        else if (test.Failure is null) totals.Pass(test.Name, test.Seconds);
        else totals.Fail(test.Name, test.Seconds);
        if (test.Failure is null) return;
        Console.WriteLine($"✗ {test.Name}");
        foreach (var line in test.Failure.Split('\n').Where(IsOurs)) Show(line);
    }

    /// <summary>Of a stack only our own frames: the runner's say nothing.</summary>
    private static bool IsOurs(string line) =>
        !line.TrimStart().StartsWith("at ", StringComparison.Ordinal) || line.Contains(Paths.Root, StringComparison.Ordinal);

    private static void Show(string line) =>
        Console.WriteLine($"    {line.TrimEnd().Replace(Paths.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}");

    private static async Task<(int ExitCode, List<string> Lines)> NpmAsync(string script, params IEnumerable<string> arguments)
    {
        List<string> lines = [];
        using var process = Tool.Start(
            Web.Npm, ["run", script, "--silent", "--prefix", Paths.Web, .. arguments], null, line =>
            {
                lock (lines) lines.Add(line);
            });
        await process.WaitForExitAsync();
        return (process.ExitCode, lines);
    }
}

/// <summary>One line of web/test/lines.mjs.</summary>
/// <param name="Failure">Null when it passed.</param>
/// <param name="Skipped">Why it was skipped; null when it ran.</param>
internal sealed record WebTest(string Name, double Seconds, string? Failure, string? Skipped)
{
    /// <summary>Null for a line that is no report: a stray print, or what a compiler says.</summary>
    public static WebTest? Read(string line)
    {
        if (!line.StartsWith("{\"name\":", StringComparison.Ordinal)) return null;
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new WebTest(
            root.GetProperty("name").GetString()!, root.GetProperty("seconds").GetDouble(), Text(root, "failure"), Text(root, "skipped"));
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
