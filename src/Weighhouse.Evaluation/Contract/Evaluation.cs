using Weighhouse.Kernel;

namespace Weighhouse.Evaluation;

/// <summary>The numbers are stored.</summary>
public enum EvaluationState
{
    Waiting = 1,
    Running = 2,
    Done = 3,
    Failed = 4,
}

/// <summary>A version of a registered model, as the one that is evaluated.</summary>
/// <param name="Repository">The number of the model's repository: it stays when the model is renamed.</param>
/// <param name="Commit">What the version is made of.</param>
public sealed record EvaluatedVersion(string Project, string Model, long Version, long Repository, Digest Commit)
{
    public override string ToString() => $"{Model}/{Version}";
}

/// <summary>A file of a commit.</summary>
/// <param name="Content">The file's content: equal rows have equal content, whatever the commit.</param>
public sealed record EvaluatedData(string Repository, Digest Commit, string Path, Digest Content);

/// <summary>One evaluation: what was judged on what, and how it stands. It never changes once it is done.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Version">Null when nobody knows what predicted.</param>
/// <param name="Data">Null when nobody knows on what.</param>
/// <param name="IsOurs">Whether this server ran the model itself; else somebody brought the predictions.</param>
/// <param name="Rows">How many rows have been read so far; all of them when it is done.</param>
/// <param name="Report">The report's content in the store, once it is done.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
public sealed record Evaluation(
    string Id,
    string Project,
    EvaluationState State,
    EvaluatedVersion? Version,
    EvaluatedData? Data,
    bool IsOurs,
    EvaluationTask? Task,
    long Rows,
    Digest? Report,
    Error? Failure,
    long CreatedMs,
    long? EndedMs,
    string CreatedBy)
{
    public bool HasEnded => State is EvaluationState.Done or EvaluationState.Failed;
}
