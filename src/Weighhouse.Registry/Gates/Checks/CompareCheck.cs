using System.Globalization;
using Weighhouse.Evaluation;
using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>Holds a version against the one that is in the stage, row by row on the same rows.</summary>
internal sealed class CompareCheck(EvaluationLookup evaluations) : IGateCheck
{
    public bool Knows(GateDefinition gate) => gate is CompareGate;

    public async ValueTask<GateInputs> InputsAsync(GateDefinition gate, GateSubject subject, CancellationToken cancellation)
    {
        var (own, other) = await FindAsync((CompareGate)gate, subject, cancellation);
        var inputs = GateInputs.Of(
            [
                .. EvaluationLookup.Inputs("evaluation", own), .. EvaluationLookup.Inputs("champion.evaluation", other),
                ("champion", subject.Champion?.Id.ToString()),
            ]);
        return inputs with { Champion = subject.Champion?.Id.Version };
    }

    public async ValueTask<Result<GateOutcome>> RunAsync(
        GateDefinition gate, GateSubject subject, GateInputs inputs, CancellationToken cancellation)
    {
        var compare = (CompareGate)gate;
        if (subject.Champion is not { } champion)
            return new GateOutcome(GateVerdict.Passed, "no version is in the stage to be compared with", []);
        var (own, other) = await FindAsync(compare, subject, cancellation);
        if (own is null) return evaluations.None(subject.Version, compare.Rows);
        if (other is null)
        {
            return GateOutcome.Undecided(
                $"there is no evaluation of {champion.Id} on the rows that {subject.Version.Id} was evaluated on: make one");
        }

        var compared = await evaluations.CompareAsync(other, own, cancellation);
        return compared.TryGet(out var comparison, out var error) ? Judge(compare, champion.Id, comparison) : error;
    }

    internal static GateOutcome Judge(CompareGate gate, ModelVersionId champion, EvaluationComparison comparison)
    {
        if (!comparison.IsPaired) return GateOutcome.Undecided($"it cannot be compared with {champion}: {comparison.Reason}");
        if (comparison.Tests.FirstOrDefault(test => test.Measure == gate.Measure) is not { } test)
        {
            return GateOutcome.Undecided(
                $"there is no paired test of {gate.Measure}; there are "
                + string.Join(", ", comparison.Tests.Select(static one => one.Measure)));
        }

        if (test is not { Difference: { } difference, Bounds: { } bounds })
            return GateOutcome.Undecided($"the paired test of {gate.Measure} cannot be done: {test.Reason}");
        // In the direction that is good, whichever that is.
        var (better, low, high) = test.HigherIsBetter ? (difference, bounds.Low, bounds.High) : (-difference, -bounds.High, -bounds.Low);
        var chance = test.PValue is { } value ? Text($", p = {value:G3}") : "";
        var figure = new GateFigure($"{gate.Measure} better by", better, low, high, gate.AtLeast, $"{test.Test}{chance}");
        return new GateOutcome(
            low >= gate.AtLeast ? GateVerdict.Passed : GateVerdict.Failed,
            Text($"{gate.Measure} is better than that of {champion} by {better:G6}, and the lower end of the {bounds.Level:P0} interval ")
            + Text($"({test.Test}{chance}) is {low:G6}; at least {gate.AtLeast:G6} is asked"),
            [figure]);
    }

    private async ValueTask<(Evaluation.Evaluation? Own, Evaluation.Evaluation? Other)> FindAsync(
        CompareGate gate, GateSubject subject, CancellationToken cancellation)
    {
        var own = await evaluations.LastAsync(subject.Version, gate.Rows, null, cancellation);
        if (own?.Data is not { } data || subject.Champion is null) return (own, null);
        return (own, await evaluations.LastAsync(subject.Champion, gate.Rows, data.Content, cancellation));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
