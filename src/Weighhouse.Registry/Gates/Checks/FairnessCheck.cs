using Weighhouse.Evaluation;
using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>Holds how differently groups are treated against a bound.</summary>
internal sealed class FairnessCheck(EvaluationLookup evaluations) : IGateCheck
{
    public bool Knows(GateDefinition gate) => gate is FairnessGate;

    public async ValueTask<GateInputs> InputsAsync(GateDefinition gate, GateSubject subject, CancellationToken cancellation)
    {
        var found = await evaluations.LastAsync(subject.Version, ((FairnessGate)gate).Rows, null, cancellation);
        return GateInputs.Of(EvaluationLookup.Inputs("evaluation", found));
    }

    public async ValueTask<Result<GateOutcome>> RunAsync(
        GateDefinition gate, GateSubject subject, GateInputs inputs, CancellationToken cancellation)
    {
        var fairness = (FairnessGate)gate;
        if (await evaluations.LastAsync(subject.Version, fairness.Rows, null, cancellation) is not { } found)
            return evaluations.None(subject.Version, fairness.Rows);
        var read = await evaluations.ReportAsync(found, cancellation);
        return read.TryGet(out var report, out var error) ? Judge(fairness, report) : error;
    }

    internal static GateOutcome Judge(FairnessGate gate, EvaluationReport report)
    {
        if (report.Groups.FirstOrDefault(groups => groups.Column == gate.Group) is not { } groups)
            return GateOutcome.Undecided($"the evaluation has no groups of {gate.Group}: make one that has them");
        var gaps = groups.Gaps.Where(gap => gap.Measure == gate.Measure).ToArray();
        if (gaps.Length == 0)
        {
            return GateOutcome.Undecided(
                $"the groups of {gate.Group} cannot be compared by {gate.Measure}: {groups.Suppressed} have fewer than "
                + $"{groups.RowsMin} rows");
        }

        var judged = gaps.Select(gap => new JudgedMeasure(
            $"{gap.Lowest} and {gap.Highest}",
            gate.Measure + (gate.IsRatio ? " ratio" : " difference"),
            gate.IsRatio
                ? new Measure(gate.Measure, gap.Ratio, null, gap.RatioBounds, null, null)
                : new Measure(gate.Measure, gap.Difference, null, gap.DifferenceBounds, null, null),
            gate.Bound));
        return JudgedMeasure.Outcome(
            [.. judged], groups.Suppressed == 0 ? "" : $"; groups too small to tell: {groups.Suppressed}");
    }
}
