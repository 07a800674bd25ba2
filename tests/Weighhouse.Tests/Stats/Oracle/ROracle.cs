using System.Globalization;
using System.Text;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Stats.Oracle;

/// <summary>Asks R's pROC, whose DeLong is the one people cite.</summary>
internal sealed class ROracle
{
    private static readonly ExternalTool R = ExternalTool.Find("Rscript", "r-cran-proc");

    private readonly StringBuilder _program = new("suppressMessages(library(pROC))\n");
    private readonly List<(string Question, double[] Ours, double Tolerance)> _questions = [];

    public static string? WhyAbsent =>
        Environment.GetEnvironmentVariable("CI") == "true" ? null
        : R.Path is null || !Directory.Exists("/usr/lib/R/site-library/pROC") ? R.WhyAbsent
        : null;

    public ROracle Let(string name, IEnumerable<double> values)
    {
        _program.Append(CultureInfo.InvariantCulture, $"{name} <- c({string.Join(',', values.Select(value => value.ToString("R")))})\n");
        return this;
    }

    public void Expect(string question, double[] ours, double tolerance)
    {
        _program.Append(CultureInfo.InvariantCulture, $"cat(sprintf('%.17g', as.numeric({question})), '\\n')\n");
        _questions.Add((question, ours, tolerance));
    }

    public async Task CheckAsync()
    {
        var outcome = await R.RunAsync(["-"], _program.ToString());
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        var answers = outcome.Output.Split('\n', StringSplitOptions.TrimEntries);
        for (var at = 0; at < _questions.Count; at++)
        {
            var (question, ours, tolerance) = _questions[at];
            var theirs = answers[at].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse).ToArray();
            Assert.Equal(theirs.Length, ours.Length);
            for (var number = 0; number < ours.Length; number++)
                Assert.True(Tolerance.Holds(ours[number], theirs[number], tolerance),
                    $"{question}: ours is {ours[number]:R}, theirs {theirs[number]:R}");
        }
    }
}
