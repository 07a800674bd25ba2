namespace Weighhouse.Serving.Canaries;

/// <param name="Candidate">Its version, or alias, or neither for the latest version.</param>
internal sealed record StartCanaryRequest(
    DeploymentRoute? Candidate,
    IReadOnlyList<int>? Steps,
    long? StepRequests,
    int? StepSeconds,
    int? PatienceSeconds,
    double? FalseAlarm,
    double? Margin,
    double? SlowTolerance,
    double? SlowMs)
{
    /// <summary>The plan asked for; what was not said is the plan's own.</summary>
    public CanaryPlan ToPlan()
    {
        var plan = new CanaryPlan(Candidate ?? new DeploymentRoute(""));
        return plan with
        {
            Steps = Steps ?? plan.Steps,
            StepRequests = StepRequests ?? plan.StepRequests,
            StepSeconds = StepSeconds ?? plan.StepSeconds,
            PatienceSeconds = PatienceSeconds ?? plan.PatienceSeconds,
            FalseAlarm = FalseAlarm ?? plan.FalseAlarm,
            Margin = Margin ?? plan.Margin,
            SlowTolerance = SlowTolerance ?? plan.SlowTolerance,
            SlowMs = SlowMs,
        };
    }
}

internal sealed record CanaryReasonRequest(string? Reason);

internal sealed record CanaryOutcomesRequest(IReadOnlyList<CanaryOutcome>? Outcomes);

/// <param name="State">"running", "undecided", "promoted", "rolled_back" or "stopped".</param>
/// <param name="Percent">Hundredths of the requests that are the candidate's now.</param>
internal sealed record CanaryView(
    string Deployment,
    CanaryPlan Plan,
    string State,
    int Step,
    int Percent,
    long BeganMs,
    long StepMs,
    long? EndedMs,
    string Outlook,
    double? SlowMs,
    IReadOnlyList<CanaryFigure> Figures,
    string User)
{
    public static CanaryView Of(Canary canary) => new(
        canary.Deployment,
        canary.Plan,
        CanaryStore.WordOf(canary.State),
        canary.Step,
        canary.Percent,
        canary.BeganMs,
        canary.StepMs,
        canary.EndedMs,
        canary.Outlook,
        canary.SlowMs,
        canary.Figures,
        canary.User);
}
