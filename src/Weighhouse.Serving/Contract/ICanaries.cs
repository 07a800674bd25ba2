using Weighhouse.Kernel;

namespace Weighhouse.Serving;

/// <summary>How a version is tried on a growing part of a deployment's requests.</summary>
/// <param name="Candidate">The version tried. Its weight and label are the canary's own.</param>
public sealed record CanaryPlan(DeploymentRoute Candidate)
{
    /// <summary>Hundredths of the requests that the candidate answers, step by step.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [10, 25, 50];

    /// <summary>Requests that the candidate must have answered in a step before the next.</summary>
    public long StepRequests { get; init; } = 200;

    public int StepSeconds { get; init; } = 60;

    /// <summary>After so long a canary that is neither harmful nor proven good waits for a decision.</summary>
    public int PatienceSeconds { get; init; } = 24 * 60 * 60;

    /// <summary>The chance that a candidate no worse than what answers now is ever taken back.</summary>
    public double FalseAlarm { get; init; } = 0.01;

    /// <summary>How much larger the candidate's share of failed, and of wrong, answers may be when it is promoted.</summary>
    public double Margin { get; init; } = 0.02;

    /// <summary>How many times as often the candidate may be slow.</summary>
    public double SlowTolerance { get; init; } = 1.5;

    /// <summary>From how many milliseconds an answer is slow; null for what one in ten of the present version takes.</summary>
    public double? SlowMs { get; init; }
}

public enum CanaryState
{
    /// <summary>Takes its part of the requests.</summary>
    Running,

    /// <summary>Neither harmful nor proven good for too long: it keeps its part until somebody decides.</summary>
    Undecided,

    /// <summary>All requests are the candidate's.</summary>
    Promoted,

    /// <summary>Taken back by what it did.</summary>
    RolledBack,

    /// <summary>Taken back by somebody.</summary>
    Stopped,
}

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
/// <param name="Step">From 0.</param>
/// <param name="Outlook">What it waits for, or why it ended.</param>
/// <param name="SlowMs">From when an answer counts as slow; null while that is not known.</param>
public sealed record Canary(
    string Deployment,
    CanaryPlan Plan,
    CanaryState State,
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
    public bool IsRunning => State is CanaryState.Running or CanaryState.Undecided;
}

/// <summary>How many of a version's answers turned out right and wrong, once the truth is known.</summary>
public sealed record CanaryOutcome(string Model, long Version, long Right, long Wrong);

/// <summary>
/// Canaries: one at a time a deployment. A candidate answers a part of the requests, more with each step; it is promoted or taken back by
/// what it does. Changes need the right to deploy.
/// </summary>
public interface ICanaries
{
    /// <summary>Gives the candidate its first part of the requests, once it is loaded.</summary>
    ValueTask<Result<Canary>> StartAsync(Principal caller, string deployment, CanaryPlan plan, CancellationToken cancellation);

    /// <summary>The one that runs, or the last that did; NotFound when there never was one.</summary>
    ValueTask<Result<Canary>> GetAsync(Principal caller, string deployment, CancellationToken cancellation);

    /// <summary>Gives all requests to the candidate now.</summary>
    ValueTask<Result<Canary>> PromoteAsync(Principal caller, string deployment, string? reason, CancellationToken cancellation);

    /// <summary>Goes back to the routes before the canary.</summary>
    ValueTask<Result<Canary>> StopAsync(Principal caller, string deployment, string? reason, CancellationToken cancellation);

    /// <summary>Adds what has become known of answers given since the canary's present step began.</summary>
    ValueTask<Result<Canary>> JudgeAsync(
        Principal caller, string deployment, IReadOnlyList<CanaryOutcome> outcomes, CancellationToken cancellation);
}
