using System.Globalization;
using System.Text;
using System.Text.Json;
using Weighhouse.Stats;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Stats.Oracle;

/// <summary>
/// Asks scikit-learn, SciPy and statsmodels of Debian the same questions and holds our answers against theirs. Questions are gathered and
/// asked in one process, as starting one costs seconds.
/// </summary>
internal sealed class PythonOracle(params string[] imports)
{
    /// <summary>Debian's own Python: another one earlier in the path does not have Debian's packages.</summary>
    private static readonly ExternalTool Python = ExternalTool.Find("/usr/bin/python3", "python3-sklearn");

    private static readonly string[] Packages = ["sklearn", "scipy", "statsmodels"];

    private const string Program =
        """
        import sys, json, math, warnings
        import numpy as np
        warnings.simplefilter("ignore")
        def text(x):
            x = float(x)
            return "NaN" if math.isnan(x) else ("Infinity" if x > 0 else "-Infinity") if math.isinf(x) else repr(x)
        scope = {"np": np, "math": math}
        for line in sys.stdin:
            kind, name, body = json.loads(line)
            if kind == "run":
                exec(body, scope)
            elif kind == "let":
                value = json.loads(body)
                scope[name] = np.array(value) if isinstance(value, list) else value
            else:
                try:
                    print(" ".join(text(x) for x in np.ravel(np.array(eval(body, scope), dtype=float))))
                except Exception as error:
                    print("error " + repr(error))
        """;

    private readonly StringBuilder _input = new();
    private readonly List<(string Question, double[]? Ours, double Tolerance)> _questions = [];
    private bool _isImported;

    /// <summary>Why the question cannot be asked here; null when it can. In continuous integration it is asked and fails.</summary>
    public static string? WhyAbsent =>
        Environment.GetEnvironmentVariable("CI") == "true" ? null
        : Python.Path is null ? Python.WhyAbsent
        : Packages.FirstOrDefault(package => !Directory.Exists($"/usr/lib/python3/dist-packages/{package}")) is { } absent
            ? $"Python's {absent} is not on this machine (Debian's package python3-{absent})"
            : null;

    public PythonOracle Let(string name, IEnumerable<double> values) => Let(name, $"[{string.Join(',', values.Select(Text))}]");

    public PythonOracle Let(string name, IEnumerable<int> values) => Let(name, $"[{string.Join(',', values)}]");

    public PythonOracle Let(string name, IEnumerable<bool> values) => Let(name, values.Select(value => value ? 1 : 0));

    /// <summary>Runs statements whose names later questions may use.</summary>
    public PythonOracle Run(string statements) => Send("run", "", statements);

    public void Expect(string question, double ours, double tolerance = 1e-12) => Expect(question, [ours], tolerance);

    public void Expect(string question, IReadOnlyList<double> ours, double tolerance = 1e-12)
    {
        Send("ask", "", question);
        _questions.Add((question, [.. ours], tolerance));
    }

    /// <summary>What scikit-learn answers, whether or not we hold the figure to be defined.</summary>
    public void Expect(string question, Figure ours, double tolerance = 1e-12)
    {
        Send("ask", "", question);
        _questions.Add((question, ours.InSklearn is { } value ? [value] : null, tolerance));
    }

    /// <summary>Asks all, and fails with every question whose answers differ.</summary>
    public async Task CheckAsync()
    {
        var outcome = await Python.RunAsync(["-c", Program], _input.ToString());
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        var answers = outcome.Output.Split('\n', StringSplitOptions.TrimEntries)[.._questions.Count];
        var wrong = _questions.Zip(answers, Problem).Where(problem => problem is not null).ToArray();
        Assert.True(wrong is [], string.Join('\n', wrong));
    }

    private PythonOracle Let(string name, string json) => Send("let", name, json);

    private PythonOracle Send(string kind, string name, string body)
    {
        if (!_isImported)
        {
            _isImported = true;
            foreach (var import in imports) Send("run", "", import);
        }

        _input.Append(JsonSerializer.Serialize(new[] { kind, name, body })).Append('\n');
        return this;
    }

    private static string? Problem((string Question, double[]? Ours, double Tolerance) asked, string answer)
    {
        if (answer.StartsWith("error", StringComparison.Ordinal))
            return asked.Ours is null ? null : $"{asked.Question}: ours is {string.Join(' ', asked.Ours)}, theirs {answer}";
        if (asked.Ours is null) return $"{asked.Question}: ours is an error, theirs {answer}";
        var theirs = answer.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        if (theirs.Length != asked.Ours.Length) return $"{asked.Question}: ours are {asked.Ours.Length} numbers, theirs {theirs.Length}";
        for (var at = 0; at < theirs.Length; at++)
            if (!Tolerance.Holds(asked.Ours[at], theirs[at], asked.Tolerance))
                return $"{asked.Question}[{at}]: ours is {asked.Ours[at]:R}, theirs {theirs[at]:R}";
        return null;
    }

    private static string Text(double value) => double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>When two numbers are the same.</summary>
internal static class Tolerance
{
    public static bool Holds(double ours, double theirs, double relative) =>
        ours.Equals(theirs) || Math.Abs(ours - theirs) <= relative * Math.Abs(theirs)
        // Where terms of the order of 1 cancel out, their last bits are all that is left.
        || (Math.Abs(ours - theirs) <= 1e-15 && Math.Abs(theirs) is 0 or > 1e-9);

    public static void Check(double ours, double expected, double relative = 1e-12) =>
        Assert.True(Holds(ours, expected, relative), $"ours is {ours:R}, expected {expected:R}");
}
