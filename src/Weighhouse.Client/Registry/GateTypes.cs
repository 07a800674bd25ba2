using System.Text.Json;

namespace Weighhouse.Client.Registry;

/// <summary>What stages ask of versions.</summary>
/// <param name="Text">YAML; empty when nothing is asked.</param>
/// <param name="Revision">Grows with each change; 0 when nobody has set any.</param>
public sealed record StageRules(string Text, long Revision = 0, string? Actor = null, long? AtMs = null);

/// <summary>One number that a gate found.</summary>
/// <param name="Bound">What it, or the end of its interval that counts, is held against.</param>
public sealed record GateFigure(
    string Name, double? Value = null, double? Low = null, double? High = null, double? Bound = null, string? Note = null);

/// <param name="Verdict">"passed", "failed" or "undecided".</param>
public sealed record GateRun(
    string Id,
    string Name,
    long Version,
    string Gate,
    string Kind,
    JsonElement Definition,
    IReadOnlyDictionary<string, string> Inputs,
    IReadOnlyList<GateFigure> Figures,
    string Verdict,
    string Message,
    string Actor,
    long AtMs);

public sealed record GateRunPage(IReadOnlyList<GateRun> Runs, string? NextPageToken = null);

/// <param name="Origin">Whose rules ask for it: "project", "model" or "file".</param>
/// <param name="Run">The last run of this definition; null when there is none.</param>
/// <param name="Problem">Why the version does not pass by it; null when it does.</param>
public sealed record GateState(
    string Name, string Kind, string Origin, JsonElement Definition, GateRun? Run = null, string? Problem = null);

/// <summary>What stands between a version and a stage.</summary>
public sealed record StageChecks(
    string Name,
    long Version,
    string Stage,
    bool MayEnter,
    IReadOnlyList<GateState> Gates,
    int ApprovalsRequired,
    IReadOnlyList<string> Reviewers,
    bool FourEyes,
    IReadOnlyList<string> Problems,
    PromotionRequest? Request = null);

/// <param name="Force">Also those whose inputs are what they were run with.</param>
public sealed record GatesToRun(string Stage, bool Force = false);

/// <summary>What a check elsewhere found.</summary>
public sealed record GateReport(bool Passed, string? Message = null, IReadOnlyList<GateFigure>? Figures = null, string? Link = null);

/// <param name="Verdict">"comment", "approve" or "reject".</param>
public sealed record Review(string Reviewer, string Verdict, string Comment, long AtMs);

/// <summary>Somebody asks that a version enter a stage.</summary>
/// <param name="State">"open", "promoted", "rejected", "withdrawn" or "expired".</param>
public sealed record PromotionRequest(
    long Number,
    string Project,
    string Name,
    long Version,
    string From,
    string Stage,
    string Reason,
    string AskedBy,
    long AskedMs,
    long ExpiresMs,
    string State,
    IReadOnlyList<Review> Reviews,
    bool? ArchiveOthers = null,
    string? ClosedBy = null,
    long? ClosedMs = null);

public sealed record PromotionRequestPage(IReadOnlyList<PromotionRequest> Requests, string? NextPageToken = null);

/// <param name="ArchiveOthers">Null for what the stage says.</param>
public sealed record NewPromotionRequest(string Name, long Version, string Stage, string Reason, bool? ArchiveOthers = null);

/// <param name="Verdict">"comment", "approve" or "reject".</param>
public sealed record NewReview(string Verdict, string Comment);

/// <param name="ArchiveOthers">Null for what the stage says.</param>
public sealed record StageOverride(string Stage, string Reason, bool? ArchiveOthers = null);
