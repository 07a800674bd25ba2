namespace Weighhouse.Evaluation;

/// <summary>What is predicted. The numbers are stored.</summary>
public enum EvaluationTask
{
    /// <summary>One of two classes.</summary>
    Binary = 1,

    /// <summary>One of several classes.</summary>
    Multiclass = 2,

    /// <summary>Any number of labels at once.</summary>
    Multilabel = 3,

    /// <summary>A number.</summary>
    Regression = 4,
}

/// <summary>Which columns of the rows are what.</summary>
/// <param name="Target">What is true: one column, or one of 0 and 1 for each label.</param>
/// <param name="Prediction">What was predicted: one column, one for each label, or none where scores say it.</param>
/// <param name="Scores">
/// What the model was sure of: one column for two classes (of the positive one), one for each class in the order of
/// <see cref="EvaluationSettings.Classes"/>, or one for each label; empty for none.
/// </param>
/// <param name="Features">
/// What a model is given, in its order; empty for the columns that are called as its inputs, or for all that are nothing else.
/// </param>
/// <param name="Slices">Columns by whose values the figures are told apart.</param>
/// <param name="Groups">Columns of groups that are to be treated alike.</param>
public sealed record EvaluationColumns(
    IReadOnlyList<string> Target,
    IReadOnlyList<string> Prediction,
    IReadOnlyList<string> Scores,
    IReadOnlyList<string> Features,
    IReadOnlyList<string> Slices,
    IReadOnlyList<string> Groups);

/// <summary>How the rows are read and judged.</summary>
public sealed record EvaluationSettings
{
    /// <value>null: told from the target's values.</value>
    public EvaluationTask? Task { get; init; }

    /// <summary>The classes in the order of the scores.</summary>
    /// <value>Empty: those of target and prediction, in order.</value>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The class that scores speak of, where there are two.</summary>
    /// <value>null: the later of the two in order, such as 1, true or yes.</value>
    public string? Positive { get; init; }

    /// <summary>A score of at least this much predicts the positive class, or the label.</summary>
    /// <value>0.5.</value>
    public double Threshold { get; init; } = 0.5;

    /// <summary>What the bootstrap draws from: the same seed gives the same result.</summary>
    /// <value>0.</value>
    public ulong Seed { get; init; }
}

/// <summary>A version to be run on rows of a commit.</summary>
/// <param name="Version">Null to let the alias say it, or the latest.</param>
/// <param name="Revision">A branch, a tag or a commit of the repository.</param>
/// <param name="Columns">Predictions and scores are the model's own: their columns name outputs of it, or nothing.</param>
public sealed record NewVersionEvaluation(
    string Model, long? Version, string? Alias, string Repository, string Revision, string Path, EvaluationColumns Columns,
    EvaluationSettings Settings);

/// <summary>Predictions that were made elsewhere, to be judged.</summary>
/// <param name="FileName">Says by its ending what the content is: .csv, .tsv, .jsonl, .npy or .npz.</param>
/// <param name="Model">What predicted: with <paramref name="Version"/>, the evaluation is that version's. Null for nobody known.</param>
/// <param name="Data">What it was predicted on; null when it is not known.</param>
public sealed record NewPredictionsEvaluation(
    string FileName, EvaluationColumns Columns, EvaluationSettings Settings, string? Model = null, long? Version = null,
    DataPlace? Data = null, string? Project = null);

/// <summary>A file of a repository, as somebody names it.</summary>
public sealed record DataPlace(string Repository, string Revision, string Path)
{
    public override string ToString() => $"{Repository}@{Revision}:{Path}";
}
