using System.Globalization;
using Weighhouse.Evaluation;
using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>Holds the end of a figure's interval against a bound, overall and for each slice of a column.</summary>
internal sealed class MetricCheck(EvaluationLookup evaluations) : IGateCheck
{
    public bool Knows(GateDefinition gate) => gate is MetricGate;

    public async ValueTask<GateInputs> InputsAsync(GateDefinition gate, GateSubject subject, CancellationToken cancellation)
    {
        var found = await evaluations.LastAsync(subject.Version, ((MetricGate)gate).Rows, null, cancellation);
        return GateInputs.Of(EvaluationLookup.Inputs("evaluation", found));
    }

    public async ValueTask<Result<GateOutcome>> RunAsync(
        GateDefinition gate, GateSubject subject, GateInputs inputs, CancellationToken cancellation)
    {
        var metric = (MetricGate)gate;
        if (await evaluations.LastAsync(subject.Version, metric.Rows, null, cancellation) is not { } found)
            return evaluations.None(subject.Version, metric.Rows);
        var read = await evaluations.ReportAsync(found, cancellation);
        return read.TryGet(out var report, out var error) ? Judge(metric, report) : error;
    }

    internal static GateOutcome Judge(MetricGate gate, EvaluationReport report)
    {
        var judged = new List<JudgedMeasure> { new("", gate.Measure, report.Find(gate.Measure), gate.Bound) };
        var small = 0;
        if (gate.Slices is { } column)
        {
            var slices = report.Slices.Where(slice => slice.Column == column).ToArray();
            if (slices.Length == 0) return GateOutcome.Undecided($"the evaluation has no slices of {column}: make one that has them");
            small = slices.Count(static slice => slice.Measures.Count == 0);
            judged.AddRange(slices.Where(static slice => slice.Measures.Count > 0).Select(slice => new JudgedMeasure(
                slice.Name, gate.Measure, slice.Measures.FirstOrDefault(measure => measure.Name == gate.Measure), gate.Bound)));
        }

        return JudgedMeasure.Outcome(judged, small == 0 ? "" : $"; slices too small to tell: {small}");
    }
}

/// <summary>A figure held against a bound.</summary>
/// <param name="Where">The slice or the groups; empty for all rows.</param>
internal sealed record JudgedMeasure(string Where, string Name, Measure? Measure, GateBound Bound)
{
    private const int Told = 5;

    public GateVerdict Verdict => Measure?.Bounds is not { } bounds ? GateVerdict.Undecided
        : Bound.IsKept(bounds.Low, bounds.High) ? GateVerdict.Passed
        : GateVerdict.Failed;

    private string Title => Where.Length == 0 ? Name : $"{Name} of {Where}";

    private GateFigure Figure => new(
        Title, Measure?.Value, Measure?.Bounds?.Low, Measure?.Bounds?.High, Bound.Value,
        Measure?.Bounds is { } bounds ? Text($"{bounds.Method}, {bounds.Level:P0}") : Measure?.Reason);

    public static GateOutcome Outcome(IReadOnlyList<JudgedMeasure> judged, string more)
    {
        var verdict = judged.Any(static one => one.Verdict is GateVerdict.Failed) ? GateVerdict.Failed
            : judged.Any(static one => one.Verdict is GateVerdict.Undecided) ? GateVerdict.Undecided
            : GateVerdict.Passed;
        var telling = judged.Where(one => one.Verdict == verdict).ToArray();
        var rest = telling.Length > Told ? $"; and {telling.Length - Told} more" : "";
        return new GateOutcome(
            verdict, string.Join("; ", telling.Take(Told).Select(static one => one.Sentence)) + rest + more,
            [.. judged.Select(static one => one.Figure)]);
    }

    private string Sentence
    {
        get
        {
            if (Measure is null) return $"the evaluation has no {Title}";
            if (Measure.Bounds is not { } bounds) return $"{Title} has no interval: {Measure.Reason ?? "the evaluation made none"}";
            var (end, name) = Bound.IsMinimum ? (bounds.Low, "lower") : (bounds.High, "upper");
            return Text(
                $"{Title} is {Measure.Value:G6}, and the {name} end of its {bounds.Level:P0} interval ({bounds.Method}) is {end:G6}; ")
                + $"{Bound} is asked";
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
