namespace Weighhouse.Evaluation;

/// <summary>Two evaluations held against each other.</summary>
/// <param name="IsPaired">Whether both judged the same rows, so that tests of pairs can be made.</param>
/// <param name="Reason">Why they are not paired; null when they are.</param>
/// <param name="Differences">By the measures that both have, in the first one's order.</param>
/// <param name="Tests">None when they are not paired.</param>
/// <param name="FirstOnly">Rows that only the first has right; null where right and wrong are not told.</param>
public sealed record EvaluationComparison(
    Evaluation First,
    Evaluation Second,
    bool IsPaired,
    string? Reason,
    IReadOnlyList<MeasureDifference> Differences,
    IReadOnlyList<PairedOutcome> Tests,
    long? BothRight,
    long? FirstOnly,
    long? SecondOnly,
    long? BothWrong);

/// <param name="Difference">Second less first; null when one of them is not defined.</param>
public sealed record MeasureDifference(Measure First, Measure Second, double? Difference);

/// <summary>Whether the second differs from the first on the same rows, by one measure.</summary>
/// <param name="Measure">"accuracy", "roc_auc", "log_loss", "squared_error".</param>
/// <param name="Test">"mcnemar exact", "delong paired", "bootstrap paired".</param>
/// <param name="Difference">Second less first.</param>
/// <param name="PValue">Two-sided; null when the test cannot be done.</param>
/// <param name="Reason">Why it cannot.</param>
/// <param name="HigherIsBetter">Which sign of the difference is good.</param>
public sealed record PairedOutcome(
    string Measure, string Test, double? Difference, MeasureBounds? Bounds, double? PValue, string? Reason, bool HigherIsBetter);
