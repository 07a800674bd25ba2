using System.Text;
using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>Every metric and every log event that the modules declare.</summary>
internal static partial class SignalsPage
{
    public static string Write()
    {
        var page = new StringBuilder("""
            # Metrics and log events
            Written by `./build reference` from the declarations. `/metrics` has these metrics and those of .NET and its web server,
            with dots as underscores and the unit in the name. Logs go to standard error; `--log-level` says from which level on.

            ## Metrics
            | Name | Unit | Meaning |
            |---|---|---|

            """);
        foreach (Match metric in Matches(Metric(), ".cs").OrderBy(match => match.Groups["name"].Value, StringComparer.Ordinal))
            page.Append($"| `{metric.Groups["name"].Value}` | {metric.Groups["unit"].Value} | {Cell(metric.Groups["help"].Value)} |\n");
        page.Append("\n## Log events\n| Number | Level | Message |\n|---|---|---|\n");
        foreach (Match log in Matches(LogEvent(), "Log.cs").OrderBy(match => int.Parse(match.Groups["number"].Value)))
            page.Append($"| {log.Groups["number"].Value} | {log.Groups["level"].Value} | "
                + $"{Cell(string.Concat(log.Groups["message"].Captures))} |\n");
        return page.ToString();
    }

    private static IEnumerable<Match> Matches(Regex pattern, string fileEnd) =>
        Repository.Under("src/", fileEnd).SelectMany(file => pattern.Matches(file.Text));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex("""Create\w+(<\w+>)?\(\s*"(?<name>[\w.]+)",[^;]*?"(?<unit>[\w{}/%]*)",\s*"(?<help>[^"]*)"\s*\)""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();

    [GeneratedRegex(
        """\[LoggerMessage\(\s*(?<number>\d+),\s*LogLevel\.(?<level>\w+),\s*"(?<message>[^"]*)"(\s*\+\s*"(?<message>[^"]*)")*""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LogEvent();
}
