using System.IO.Pipelines;
using Weighhouse.Kernel;

namespace Weighhouse.Evaluation;

/// <summary>Which evaluations to list, the latest first.</summary>
/// <param name="Model">Null for any.</param>
/// <param name="Version">Of the model; null for any.</param>
/// <param name="Repository">Whose data; null for any.</param>
public sealed record EvaluationQuery(string? Model = null, long? Version = null, string? Repository = null);

/// <summary>How good versions and predictions are. The rights are those on the model, or on the project where there is none.</summary>
public interface IEvaluations
{
    /// <summary>Begins to run a version on rows of a commit. What is wrong with the names is told at once, the rest by its state.</summary>
    ValueTask<Result<Evaluation>> StartAsync(Principal caller, NewVersionEvaluation evaluation, CancellationToken cancellation);

    /// <summary>Stores predictions and begins to judge them. The caller completes the reader.</summary>
    ValueTask<Result<Evaluation>> StartAsync(
        Principal caller, NewPredictionsEvaluation evaluation, PipeReader content, CancellationToken cancellation);

    ValueTask<Result<Evaluation>> GetAsync(Principal caller, string id, CancellationToken cancellation);

    ValueTask<Result<Page<Evaluation>>> ListAsync(
        Principal caller, EvaluationQuery query, PageRequest page, CancellationToken cancellation);

    /// <summary>FailedPrecondition while there is none.</summary>
    ValueTask<Result<EvaluationReport>> ReportAsync(Principal caller, string id, CancellationToken cancellation);

    /// <summary>The second held against the first.</summary>
    ValueTask<Result<EvaluationComparison>> CompareAsync(
        Principal caller, string first, string second, CancellationToken cancellation);
}

/// <summary>Rows of which evidence is asked for: those of one content, or of one path, or of any.</summary>
/// <param name="Content">The very rows.</param>
/// <param name="OursOnly">Only of runs that this server made, and no brought predictions.</param>
public sealed record EvidenceQuery(string? Repository = null, string? Path = null, Digest? Content = null, bool OursOnly = true);

/// <summary>
/// What is known of versions, for who decides about them. Nobody's rights are asked for here: who calls this has asked for theirs.
/// </summary>
public interface IEvaluationEvidence
{
    /// <summary>Evaluations of the version that are done, the latest first; at most <paramref name="countMax"/>.</summary>
    /// <param name="commit">The version's commit: one that was deleted and made again is another.</param>
    ValueTask<IReadOnlyList<Evaluation>> FindAsync(
        Digest commit, EvidenceQuery query, int countMax, CancellationToken cancellation);

    /// <summary>The figures with their intervals and counts, the slices and the groups.</summary>
    ValueTask<Result<EvaluationReport>> ReportAsync(Evaluation evaluation, CancellationToken cancellation);

    /// <summary>The second held against the first, on the same rows: McNemar, DeLong, paired bootstrap.</summary>
    ValueTask<Result<EvaluationComparison>> CompareAsync(Evaluation first, Evaluation second, CancellationToken cancellation);
}
