namespace Weighhouse.Client.Serving;

/// <summary>Starts a canary; what is null is the server's default.</summary>
/// <param name="Steps">Hundredths of the requests that the candidate answers, step by step.</param>
/// <param name="StepRequests">Requests that the candidate must have answered in a step before the next.</param>
/// <param name="PatienceSeconds">After so long a canary that is neither harmful nor proven good waits for a decision.</param>
/// <param name="FalseAlarm">The chance that a candidate no worse is ever taken back.</param>
/// <param name="Margin">How much larger the share of failed, and of wrong, answers may be when it is promoted.</param>
/// <param name="SlowTolerance">How many times as often the candidate may be slow.</param>
/// <param name="SlowMs">From when an answer is slow; null for what one in ten of the present version takes.</param>
public sealed record NewCanary(
    DeploymentRoute Candidate,
    IReadOnlyList<int>? Steps = null,
    long? StepRequests = null,
    int? StepSeconds = null,
    int? PatienceSeconds = null,
    double? FalseAlarm = null,
    double? Margin = null,
    double? SlowTolerance = null,
    double? SlowMs = null);

/// <summary>How a version is tried.</summary>
public sealed record CanaryPlan(
    DeploymentRoute Candidate,
    IReadOnlyList<int> Steps,
    long StepRequests,
    int StepSeconds,
    int PatienceSeconds,
    double FalseAlarm,
    double Margin,
    double SlowTolerance,
    double? SlowMs = null);

/// <summary>One kind of bad answer, of the candidate and of the others.</summary>
/// <param name="Name">"failed", "slow" or "wrong".</param>
/// <param name="Evidence">How much more probable this is with a harmful candidate; 1 for nothing known.</param>
/// <param name="EvidenceBound">The evidence at which the candidate is taken back.</param>
public sealed record CanaryFigure(
    string Name,
    long CandidateBad,
    long CandidateRequests,
    long OthersBad,
    long OthersRequests,
    double Evidence,
    double EvidenceBound);

/// <summary>A canary and how it stands.</summary>
/// <param name="State">"running", "undecided", "promoted", "rolled_back" or "stopped".</param>
/// <param name="Step">From 0.</param>
/// <param name="Percent">Hundredths of the requests that are the candidate's now.</param>
/// <param name="Outlook">What it waits for, or why it ended.</param>
public sealed record Canary(
    string Deployment,
    CanaryPlan Plan,
    string State,
    int Step,
    int Percent,
    long BeganMs,
    long StepMs,
    string Outlook,
    IReadOnlyList<CanaryFigure> Figures,
    string User,
    long? EndedMs = null,
    double? SlowMs = null);

public sealed record CanaryReason(string? Reason = null);

/// <summary>How many of a version's answers turned out right and wrong.</summary>
public sealed record CanaryOutcome(string Model, long Version, long Right, long Wrong);

public sealed record CanaryOutcomes(IReadOnlyList<CanaryOutcome> Outcomes);
