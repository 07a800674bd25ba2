namespace Weighhouse.Evaluation;

/// <summary>Where the truth lies in <paramref name="Level"/> of all repetitions.</summary>
/// <param name="Method">"wilson", "delong", "bootstrap bca", "delta", "t".</param>
public sealed record MeasureBounds(double Low, double High, double Level, string Method);

/// <summary>The counts that a share is taken of.</summary>
public sealed record MeasureCounts(long Hits, long Of);

/// <summary>A figure with what is known of it.</summary>
/// <param name="Name">"accuracy", "roc_auc", "rmse".</param>
/// <param name="Value">Null when it is not defined.</param>
/// <param name="Reason">Why it is not defined, or has no bounds; null when nothing is wanting.</param>
/// <param name="Counts">Of a share; null for others.</param>
/// <param name="HigherIsBetter">Null where neither end is good by itself.</param>
public sealed record Measure(
    string Name, double? Value, string? Reason, MeasureBounds? Bounds, MeasureCounts? Counts, bool? HigherIsBetter);

/// <summary>What a model did on some rows.</summary>
/// <param name="LeftOut">Rows without a truth: they are counted and not judged.</param>
/// <param name="Classes">Or labels; empty for numbers.</param>
/// <param name="Positive">The class that binary figures speak of; null for other tasks.</param>
/// <param name="PerClass">The figures of each class or label against the rest.</param>
/// <param name="Slices">Declared ones: each value of each slice column.</param>
/// <param name="WorstSlices">Found ones, the worst first: a higher loss than elsewhere, by more than chance.</param>
public sealed record EvaluationReport(
    int Format,
    EvaluationTask Task,
    EvaluationInputs Inputs,
    long Rows,
    long LeftOut,
    IReadOnlyList<string> Classes,
    string? Positive,
    IReadOnlyList<Measure> Measures,
    IReadOnlyList<ClassMeasures> PerClass,
    ConfusionTable? Confusion,
    IReadOnlyList<Curve> Curves,
    IReadOnlyList<CalibrationTable> Calibration,
    IReadOnlyList<ThresholdLine> Thresholds,
    IReadOnlyList<ChosenThreshold> Chosen,
    IReadOnlyList<Slice> Slices,
    IReadOnlyList<FoundSlice> WorstSlices,
    IReadOnlyList<GroupComparison> Groups,
    IReadOnlyList<ResidualBin> Residuals,
    IReadOnlyList<string> Notes)
{
    public Measure? Find(string measure) => Measures.FirstOrDefault(found => found.Name == measure);
}

/// <summary>Everything the report follows from: the same inputs give the same bytes.</summary>
/// <param name="Subject">"commit:…" of the version; null when nobody knows what predicted.</param>
/// <param name="DataCommit">Null when nobody knows on what.</param>
/// <param name="Content">Of the rows: the data's file, or the predictions'.</param>
/// <param name="Environment">What ran: the runtime and its version, and this program's.</param>
public sealed record EvaluationInputs(
    string? Model, long? Version, string? Subject, string? Repository, string? DataCommit, string? Path, string Content,
    EvaluationColumns Columns, double Threshold, ulong Seed, IReadOnlyDictionary<string, string> Environment);

public sealed record ClassMeasures(string Class, long Rows, IReadOnlyList<Measure> Measures);

/// <param name="Cells">How often each true class (row) was predicted as each class.</param>
/// <param name="Examples">Rows of the cells off the diagonal, the surest mistakes first; their numbers count from 1.</param>
public sealed record ConfusionTable(IReadOnlyList<IReadOnlyList<long>> Cells, IReadOnlyList<ConfusionExamples> Examples);

public sealed record ConfusionExamples(int Truth, int Predicted, IReadOnlyList<ExampleRow> Rows);

/// <param name="Score">How sure the model was of what it predicted; null when it did not say.</param>
public sealed record ExampleRow(long Row, double? Score);

/// <param name="Name">"roc" or "precision_recall".</param>
/// <param name="Class">Of which class against the rest; null for the positive one of two.</param>
/// <param name="Area">That of the whole curve, exact.</param>
/// <param name="Points">How many the whole curve has; <paramref name="X"/> has at most 200 of them.</param>
/// <param name="Deviation">How far, at most, a point that was left out lies from the line through those that are here; 0 for none.</param>
/// <param name="Thresholds">Null where the point predicts nothing positive.</param>
public sealed record Curve(
    string Name, string? Class, double? Area, long Points, double Deviation, IReadOnlyList<double> X, IReadOnlyList<double> Y,
    IReadOnlyList<double?> Thresholds);

/// <param name="Class">Of which class against the rest; null for the positive one of two.</param>
/// <param name="Slope">Of the logistic line through truth over probability: 1 when neither too sure nor too shy. Null: not defined.</param>
public sealed record CalibrationTable(
    string? Class, double ExpectedError, double MaximumError, double? DebiasedSquaredError, double? Slope, double? Intercept,
    IReadOnlyList<CalibrationLine> Bins);

/// <param name="FrequencyLow">Wilson's interval of the frequency.</param>
public sealed record CalibrationLine(
    double Low, double High, long Rows, double MeanProbability, double Frequency, double FrequencyLow, double FrequencyHigh);

/// <summary>What would happen at another threshold.</summary>
public sealed record ThresholdLine(
    double Threshold, long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives, double? Precision, double? Recall,
    double? F1);

/// <param name="By">"f1", "youden".</param>
/// <param name="Threshold">Null when it is best to predict nothing positive.</param>
public sealed record ChosenThreshold(string By, double? Threshold, double Value);

/// <param name="Name">Such as <c>country = FR</c>.</param>
/// <param name="Measures">None when the slice is too small to tell.</param>
public sealed record Slice(string Column, string Name, long Rows, IReadOnlyList<Measure> Measures);

/// <param name="Loss">The mean loss of the slice's rows.</param>
/// <param name="Rest">That of all others.</param>
/// <param name="Adjusted">The p-value of the difference, adjusted for all slices looked at.</param>
public sealed record FoundSlice(string Name, long Rows, double Loss, double Rest, MeasureBounds Difference, double Adjusted);

/// <summary>How differently groups are treated.</summary>
/// <param name="RowsMin">Smaller groups are counted and neither shown nor compared.</param>
public sealed record GroupComparison(
    string Column, long RowsMin, int Suppressed, IReadOnlyList<GroupLine> Groups, IReadOnlyList<GroupGap> Gaps, double? EqualizedOdds);

/// <param name="Rows">Null when the group is too small to be shown.</param>
/// <param name="Measures">"selection_rate", "true_positive_rate", "false_positive_rate", "precision", "accuracy".</param>
public sealed record GroupLine(string Group, long? Rows, IReadOnlyList<Measure> Measures);

/// <param name="Difference">Highest less lowest.</param>
/// <param name="Ratio">Lowest over highest: four fifths is the rule of thumb for selection. Null: not defined.</param>
/// <param name="Adjusted">The p-value, adjusted for all pairs of groups and figures.</param>
public sealed record GroupGap(
    string Measure, string Lowest, string Highest, double Difference, MeasureBounds? DifferenceBounds, double? Ratio,
    MeasureBounds? RatioBounds, double Adjusted);

/// <summary>How far predictions lay from the truth, in bins of equally many rows by what was predicted.</summary>
public sealed record ResidualBin(double Low, double High, long Rows, double MeanResidual, double MeanAbsolute);
