using System.Diagnostics;
using System.Text.Json;

namespace Weighhouse.Build;

/// <summary>Reads xunit's line-by-line JSON report: counts, and shows each failure the moment it happens.</summary>
internal sealed class TestReport
{
    /// <summary>Lines that are no report (a crash's trace, a stray print), the last of which are shown when the program dies.</summary>
    private const int StrayLinesKept = 60;

    private readonly TestTotals _totals = new();
    private readonly Dictionary<string, string> _running = [];
    private readonly HashSet<string> _failed = [];
    private readonly Queue<string> _stray = [];
    private readonly Lock _lock = new();
    private long _lastNews = Stopwatch.GetTimestamp();
    private bool _finished;

    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastNews));

    public IReadOnlyList<string> Running
    {
        get
        {
            lock (_lock) return [.. _running.Values];
        }
    }

    /// <summary>Both output streams come here, each on a thread of its own.</summary>
    public void Read(string line)
    {
        Interlocked.Exchange(ref _lastNews, Stopwatch.GetTimestamp());
        lock (_lock)
        {
            if (line.StartsWith("{\"$type\":", StringComparison.Ordinal))
            {
                using var message = JsonDocument.Parse(line);
                Take(message.RootElement);
            }
            else if (line.Length > 0)
            {
                _stray.Enqueue(line);
                if (_stray.Count > StrayLinesKept) _stray.Dequeue();
            }
        }
    }

    /// <summary>A program that ends without its report, or badly without a failed test, counts as one failure.</summary>
    public TestTotals Conclude(string project, int exitCode)
    {
        lock (_lock)
        {
            if (_finished && (exitCode == 0 || _totals.Failed > 0)) return _totals;
            Console.WriteLine($"✗ {project} ended with {exitCode} {(_finished ? "though no test failed" : "before its tests did")}");
            foreach (var name in _running.Values) Console.WriteLine($"    was running: {name}");
            foreach (var line in _stray) Console.WriteLine($"    {line}");
            _totals.Fail(project, 0);
            return _totals;
        }
    }

    private void Take(JsonElement message)
    {
        switch (Text(message, "$type"))
        {
            case "test-starting":
                _running[Text(message, "TestUniqueID")] = Text(message, "TestDisplayName");
                break;
            case "test-passed":
                _totals.Pass(Name(message), Seconds(message));
                break;
            case "test-skipped":
                _totals.Skip(Text(message, "Reason"));
                break;
            case "test-failed":
                _failed.Add(Text(message, "TestUniqueID"));
                _totals.Fail(Name(message), Seconds(message));
                ShowFailure(Name(message), message);
                break;
            case "test-finished":
                if (_failed.Remove(Text(message, "TestUniqueID"))) ShowOutput(Text(message, "Output"));
                _running.Remove(Text(message, "TestUniqueID"));
                break;
            case "error-message" or "test-assembly-cleanup-failure" or "test-collection-cleanup-failure"
                or "test-class-cleanup-failure" or "test-method-cleanup-failure" or "test-case-cleanup-failure" or "test-cleanup-failure":
                _totals.Fail(Text(message, "$type"), 0);
                ShowFailure(Text(message, "$type"), message);
                break;
            case "test-assembly-finished":
                _finished = true;
                break;
        }
    }

    private static void ShowFailure(string name, JsonElement message)
    {
        Console.WriteLine($"✗ {name}");
        foreach (var text in Texts(message, "Messages").SelectMany(text => text.Split('\n'))) Console.WriteLine($"    {text.TrimEnd()}");
        // Only our own frames: the runner's say nothing.
        foreach (var frame in Texts(message, "StackTraces").SelectMany(trace => trace.Split('\n')))
            if (frame.Contains(Paths.Root, StringComparison.Ordinal))
                Console.WriteLine($"    {frame.Trim().Replace(Paths.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}");
    }

    private static void ShowOutput(string output)
    {
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) Console.WriteLine($"    | {line.TrimEnd()}");
    }

    private string Name(JsonElement message) => _running.GetValueOrDefault(Text(message, "TestUniqueID"), "a test without a name");

    private static double Seconds(JsonElement message) => message.TryGetProperty("ExecutionTime", out var time) ? time.GetDouble() : 0;

    private static string Text(JsonElement message, string property) =>
        message.TryGetProperty(property, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    private static IEnumerable<string> Texts(JsonElement message, string property) =>
        message.TryGetProperty(property, out var list) && list.ValueKind is JsonValueKind.Array
            ? list.EnumerateArray().Select(item => item.GetString() ?? "")
            : [];
}
