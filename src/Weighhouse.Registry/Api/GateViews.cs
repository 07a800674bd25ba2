using System.ComponentModel;
using System.Text.Json;

namespace Weighhouse.Registry.Api;

/// <param name="Text">YAML.</param>
internal sealed record RulesView(
    [property: Description("YAML: what stages ask of versions; empty when nothing is asked")] string Text,
    long Revision, string? Actor, long? AtMs)
{
    public static RulesView Of(StageRulesText rules) => new(rules.Text, rules.Revision, rules.Actor, rules.AtMs);
}

internal sealed record SetRulesRequest(string? Text);

internal sealed record GateFigureView(string? Name, double? Value, double? Low, double? High, double? Bound, string? Note)
{
    public static GateFigureView Of(GateFigure figure) =>
        new(figure.Name, figure.Value, figure.Low, figure.High, figure.Bound, figure.Note);

    public GateFigure ToFigure() => new(Name ?? "", Value, Low, High, Bound, Note);
}

internal sealed record GateRunView(
    string Id, string Name, long Version, string Gate, string Kind, JsonElement Definition, IReadOnlyDictionary<string, string> Inputs,
    IReadOnlyList<GateFigureView> Figures, [property: Description("passed, failed or undecided")] string Verdict, string Message,
    string Actor, long AtMs)
{
    public static GateRunView Of(GateRun run) => new(
        run.Id, run.Version.Model, run.Version.Version, run.Gate, run.Kind, ViewWords.Json(run.Definition), run.Inputs,
        [.. run.Figures.Select(GateFigureView.Of)], ViewWords.Of(run.Verdict), run.Message, run.Actor, run.AtMs);
}

internal sealed record GateRunPage(IReadOnlyList<GateRunView> Runs, string? NextPageToken);

internal sealed record GateStateView(
    string Name, string Kind, [property: Description("project, model or file: whose rules ask for it")] string Origin,
    JsonElement Definition, [property: Description("The last run of this definition; absent when there is none")] GateRunView? Run,
    [property: Description("Why the version does not pass by it; absent when it does")] string? Problem)
{
    public static GateStateView Of(GateState state) => new(
        state.Gate.Name, state.Gate.Kind, ViewWords.Of(state.Gate.Origin), ViewWords.Json(state.Gate.Definition),
        state.Run is { } run ? GateRunView.Of(run) : null, state.Problem);
}

internal sealed record StageChecksView(
    string Name, long Version, string Stage, bool MayEnter, IReadOnlyList<GateStateView> Gates, int ApprovalsRequired,
    IReadOnlyList<string> Reviewers, bool FourEyes, PromotionRequestView? Request, IReadOnlyList<string> Problems)
{
    public static StageChecksView Of(StageChecks checks) => new(
        checks.Version.Model, checks.Version.Version, checks.Stage, checks.Problems.Count == 0,
        [.. checks.Gates.Select(GateStateView.Of)], checks.ApprovalsRequired, checks.Reviewers, checks.FourEyes,
        checks.Request is { } request ? PromotionRequestView.Of(request) : null, checks.Problems);
}

internal sealed record RunGatesRequest(
    string? Stage, [property: Description("Also those whose inputs are what they were run with")] bool Force = false);

internal sealed record ReportGateRequest(bool? Passed, string? Message, IReadOnlyList<GateFigureView>? Figures, string? Link);

internal sealed record ReviewView(
    string Reviewer, [property: Description("comment, approve or reject")] string Verdict, string Comment, long AtMs)
{
    public static ReviewView Of(Review review) => new(review.Reviewer, ViewWords.Of(review.Verdict), review.Comment, review.AtMs);
}

internal sealed record PromotionRequestView(
    long Number, string Project, string Name, long Version, string From, string Stage, bool? ArchiveOthers, string Reason, string AskedBy,
    long AskedMs, long ExpiresMs, [property: Description("open, promoted, rejected, withdrawn or expired")] string State, string? ClosedBy,
    long? ClosedMs, IReadOnlyList<ReviewView> Reviews)
{
    public static PromotionRequestView Of(PromotionRequest request) => new(
        request.Number, request.Project, request.Version.Model, request.Version.Version, request.From, request.Stage,
        request.ArchivesOthers, request.Reason, request.AskedBy, request.AskedMs, request.ExpiresMs, ViewWords.Of(request.State),
        request.ClosedBy, request.ClosedMs, [.. request.Reviews.Select(ReviewView.Of)]);
}

internal sealed record PromotionRequestPage(IReadOnlyList<PromotionRequestView> Requests, string? NextPageToken);

internal sealed record AskPromotionRequest(
    string? Name, long Version, string? Stage, string? Reason,
    [property: Description("Whether the versions that are there are archived; absent for what the stage says")] bool? ArchiveOthers);

internal sealed record ReviewRequest([property: Description("comment, approve or reject")] string? Verdict, string? Comment);

internal sealed record OverrideRequest(string? Stage, string? Reason, bool? ArchiveOthers);

internal static class ViewWords
{
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
