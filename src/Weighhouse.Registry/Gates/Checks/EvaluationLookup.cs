using Weighhouse.Evaluation;
using Weighhouse.Registry.Gates.Rules;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>Finds the evaluations that gates look at: of the last of a version on the rows that are asked for.</summary>
/// <param name="evidence">None where the server keeps no evaluations.</param>
internal sealed class EvaluationLookup(IEnumerable<IEvaluationEvidence> evidence)
{
    private readonly IEvaluationEvidence[] _evidence = [.. evidence];

    public async ValueTask<Evaluation.Evaluation?> LastAsync(
        ModelVersion? version, GateRows rows, Kernel.Digest? content, CancellationToken cancellation)
    {
        if (version?.Commit is not { } commit || _evidence.Length == 0) return null;
        var query = new EvidenceQuery(rows.Repository, rows.Path, content, rows.OursOnly);
        var found = await _evidence[0].FindAsync(commit.Id, query, 1, cancellation);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>What a report says: by its digest, which decides it.</summary>
    public async ValueTask<Kernel.Result<EvaluationReport>> ReportAsync(
        Evaluation.Evaluation evaluation, CancellationToken cancellation) =>
        await _evidence[0].ReportAsync(evaluation, cancellation);

    public async ValueTask<Kernel.Result<EvaluationComparison>> CompareAsync(
        Evaluation.Evaluation first, Evaluation.Evaluation second, CancellationToken cancellation) =>
        await _evidence[0].CompareAsync(first, second, cancellation);

    public GateOutcome None(ModelVersion version, GateRows rows) => GateOutcome.Undecided(_evidence.Length == 0
        ? "this server keeps no evaluations: take the gate out of the rules, or let another job report as a gate of the kind external"
        : $"there is no evaluation of {version.Id} on {rows}{(rows.OursOnly ? " that this server ran" : "")}: make one");

    /// <summary>What a run looked at.</summary>
    public static (string, string?)[] Inputs(string name, Evaluation.Evaluation? evaluation) =>
        [(name, evaluation?.Id), ($"{name}.report", evaluation?.Report?.ToString())];
}
