using System.Globalization;

namespace Weighhouse.Bench.Load;

/// <summary>One line a figure: what, how much, the bar, whether it clears it. Ends as a Markdown table for bench/README.md.</summary>
internal sealed class Report
{
    private readonly List<(string What, string Figure, string Bar, bool? Clears)> _rows = [];

    public bool AllClear => _rows.TrueForAll(row => row.Clears is not false);

    public void AtMost(string what, double figure, string unit, double bar) => Add(what, figure, unit, "≤ " + Show(bar), figure <= bar);

    public void AtLeast(string what, double figure, string unit, double bar) => Add(what, figure, unit, "≥ " + Show(bar), figure >= bar);

    public void Note(string what, double figure, string unit) => Add(what, figure, unit, "", null);

    public void WriteMarkdown(TextWriter writer)
    {
        writer.WriteLine("| what | figure | bar | |");
        writer.WriteLine("|---|---|---|---|");
        foreach (var (what, figure, bar, clears) in _rows)
            writer.WriteLine($"| {what} | {figure} | {bar} | {(clears is null ? "" : clears.Value ? "clears" : "MISSES")} |");
    }

    private void Add(string what, double figure, string unit, string bar, bool? clears)
    {
        var text = $"{Show(figure)} {unit}";
        _rows.Add((what, text, bar, clears));
        Console.Error.WriteLine($"{what,-58} {text,16}  {bar,-12} {(clears is null ? "" : clears.Value ? "clears" : "MISSES")}");
    }

    private static string Show(double figure) => Math.Abs(figure) switch
    {
        >= 1_000 => figure.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => figure.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => figure.ToString("F1", CultureInfo.InvariantCulture),
        _ => figure.ToString("F2", CultureInfo.InvariantCulture),
    };
}
