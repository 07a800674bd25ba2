using Weighhouse.Kernel;

namespace Weighhouse.Registry;

/// <summary>What a gate found. The words are shown, the numbers are stored.</summary>
public enum GateVerdict
{
    Passed = 1,
    Failed = 2,
    /// <summary>It could not be told, as where what it needs is not there. A version does not pass by it.</summary>
    Undecided = 3,
}

/// <summary>Whose rules a gate is of: they are joined, so that none of them takes away what another asks.</summary>
public enum RulesOrigin
{
    Project,
    Model,
    /// <summary>A file among the version's own.</summary>
    File,
}

/// <summary>A named check that stages ask for.</summary>
/// <param name="Kind">"lineage", "scan", "signature", "external", "metric", "compare" or "fairness".</param>
/// <param name="Definition">All that decides it, as JSON with sorted names: the same text is the same gate.</param>
public sealed record Gate(string Name, string Kind, RulesOrigin Origin, string Definition);

/// <summary>One number that a gate found.</summary>
/// <param name="Value">Null when there is none; the note says why.</param>
/// <param name="Low">The lower end of its interval; null without one.</param>
/// <param name="Bound">What it, or the end of its interval that counts, is held against; null when it only informs.</param>
public sealed record GateFigure(
    string Name, double? Value, double? Low = null, double? High = null, double? Bound = null, string? Note = null);

/// <summary>One run of a gate over a version: never changed. The same definition and inputs give the same figures and verdict.</summary>
/// <param name="Inputs">What it looked at: commits, evaluations, rules of scanners.</param>
/// <param name="Message">The verdict in a sentence, with the figure and its bound.</param>
public sealed record GateRun(
    string Id, ModelVersionId Version, string Gate, string Kind, string Definition, IReadOnlyDictionary<string, string> Inputs,
    IReadOnlyList<GateFigure> Figures, GateVerdict Verdict, string Message, string Actor, long AtMs);

/// <param name="Run">The last one of this very definition; null when there is none.</param>
/// <param name="Problem">Why the version does not pass by it; null when it does.</param>
public sealed record GateState(Gate Gate, GateRun? Run, string? Problem);

/// <summary>What stands between a version and a stage.</summary>
/// <param name="ApprovalsRequired">How many people must approve; 0 when nobody is asked.</param>
/// <param name="Reviewers">Who must be among them.</param>
/// <param name="FourEyes">Whether who asked, and who made the version, do not count.</param>
/// <param name="Request">The open request to promote it there; null without one.</param>
/// <param name="Problems">Why it would be refused now, in sentences; none when it may enter.</param>
public sealed record StageChecks(
    ModelVersionId Version, string Stage, IReadOnlyList<GateState> Gates, int ApprovalsRequired, IReadOnlyList<string> Reviewers,
    bool FourEyes, PromotionRequest? Request, IReadOnlyList<string> Problems);

/// <summary>What stages ask, as somebody wrote it.</summary>
/// <param name="Text">YAML; empty when nothing is asked.</param>
/// <param name="Revision">Grows with each change; 0 when nobody has set any.</param>
public sealed record StageRulesText(string Text, long Revision, string? Actor, long? AtMs);

/// <summary>What a check elsewhere found, such as a build or a load test.</summary>
/// <param name="Link">Where people see more; null for nowhere.</param>
public sealed record GateReport(bool Passed, string Message, IReadOnlyList<GateFigure> Figures, string? Link);

/// <summary>What stages ask of versions, and how far versions fulfil it.</summary>
public interface IGates
{
    /// <param name="model">Null for the rules of the project, which hold for all its models.</param>
    ValueTask<Result<StageRulesText>> RulesAsync(Principal caller, string project, string? model, CancellationToken cancellation);

    /// <summary>Administrators only. InvalidArgument names the line that is wrong; an empty text asks for nothing.</summary>
    ValueTask<Result<StageRulesText>> SetRulesAsync(
        Principal caller, string project, string? model, string text, CancellationToken cancellation);

    /// <summary>What stands between a version and a stage now. Runs nothing.</summary>
    ValueTask<Result<StageChecks>> CheckAsync(Principal caller, ModelVersionId id, string stage, CancellationToken cancellation);

    /// <summary>Runs the gates of the stage whose inputs are not what they were run with, or all of them when forced.</summary>
    ValueTask<Result<StageChecks>> RunAsync(
        Principal caller, ModelVersionId id, string stage, bool isForced, CancellationToken cancellation);

    /// <summary>Tells what a check elsewhere found. Only those whom the gate names as reporters may.</summary>
    ValueTask<Result<GateRun>> ReportAsync(
        Principal caller, ModelVersionId id, string gate, GateReport report, CancellationToken cancellation);

    /// <summary>All runs over a version, the last first.</summary>
    ValueTask<Result<Page<GateRun>>> ListAsync(Principal caller, ModelVersionId id, PageRequest page, CancellationToken cancellation);
}
