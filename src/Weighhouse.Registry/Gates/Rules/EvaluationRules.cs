using System.Globalization;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>Reads the gates that look at evaluations.</summary>
internal static class EvaluationRules
{
    public static MetricGate Metric(string name, RulesMapping gate)
    {
        var (measure, rows, slices) = (gate.Need("measure"), Rows(gate), gate.Text("slices"));
        var bound = Bound(gate, "at_least", "at_most");
        var (canonical, id) = Canonical.Of(
            MetricGate.KindName, [("measure", [measure]), ("bound", [bound.ToString()]), ("slices", [slices ?? ""]), .. Parts(rows)]);
        return new MetricGate(name, canonical, id, measure, bound, rows, slices);
    }

    public static CompareGate Compare(string name, RulesMapping gate)
    {
        var (measure, rows, atLeast) = (gate.Need("measure"), Rows(gate), gate.Number("at_least") ?? 0);
        var (canonical, id) = Canonical.Of(
            CompareGate.KindName, [("measure", [measure]), ("at_least", [Text(atLeast)]), .. Parts(rows)]);
        return new CompareGate(name, canonical, id, measure, atLeast, rows);
    }

    public static FairnessGate Fairness(string name, RulesMapping gate)
    {
        var (group, measure, rows) = (gate.Need("group"), gate.Need("measure"), Rows(gate));
        var isRatio = gate.Number("ratio_at_least") is not null;
        var bound = Bound(gate, "ratio_at_least", "difference_at_most");
        var (canonical, id) = Canonical.Of(
            FairnessGate.KindName,
            [
                ("group", [group]), ("measure", [measure]), ("of", [isRatio ? "ratio" : "difference"]), ("bound", [bound.ToString()]),
                .. Parts(rows),
            ]);
        return new FairnessGate(name, canonical, id, group, measure, bound, isRatio, rows);
    }

    private static GateBound Bound(RulesMapping gate, string minimum, string maximum)
    {
        var (least, most) = (gate.Number(minimum), gate.Number(maximum));
        if (least is null == most is null) gate.Problem($"name one of {minimum} and {maximum}");
        return least is { } low ? new GateBound(low, IsMinimum: true) : new GateBound(most ?? 0, IsMinimum: false);
    }

    private static GateRows Rows(RulesMapping gate)
    {
        var data = gate.Map("data");
        var rows = new GateRows(data.Text("repository"), data.Text("path"), !gate.Flag("brought", absent: false));
        data.Finish();
        return rows;
    }

    private static (string, string[])[] Parts(GateRows rows) =>
        [("repository", [rows.Repository ?? ""]), ("path", [rows.Path ?? ""]), ("brought", [rows.OursOnly ? "false" : "true"])];

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
