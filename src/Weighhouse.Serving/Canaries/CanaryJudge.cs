using System.Globalization;
using Weighhouse.Stats;

namespace Weighhouse.Serving.Canaries;

internal enum Verdict
{
    Wait,
    NextStep,
    Promote,
    RollBack,

    /// <summary>Waits for somebody.</summary>
    Ask,
}

/// <param name="Why">For people: what it waits for, or what decided.</param>
internal sealed record Judgement(Verdict Verdict, string Why, IReadOnlyList<CanaryFigure> Figures);

/// <summary>
/// Decides from counts alone what becomes of a canary. It may be asked as often as anybody likes: the tests of harm hold at every look, and
/// share the plan's false alarms among them.
/// </summary>
internal static class CanaryJudge
{
    private const int Guards = 3;

    /// <summary>Of the intervals that a promotion looks at.</summary>
    private const double PromotionLevel = 0.95;

    public static Judgement Judge(CanaryPlan plan, IReadOnlyList<StepCounts> steps, int step, double stepSeconds, double allSeconds)
    {
        IReadOnlyList<CanaryFigure> figures =
        [
            Figure("failed", plan, steps, 1, static arm => (arm.Failed, arm.Requests)),
            Figure("slow", plan, steps, plan.SlowTolerance, static arm => (arm.Slow, arm.Timed)),
            Figure("wrong", plan, steps, 1, static arm => (arm.Wrong, arm.Judged), isJudgedLater: true),
        ];
        foreach (var figure in figures)
            if (figure.Evidence >= figure.EvidenceBound) return new Judgement(Verdict.RollBack, Harm(plan, figure), figures);
        var here = steps.Where(counts => counts.Step == step).Aggregate(default(ArmCounts), static (sum, next) => sum + next.Candidate);
        if (Missing(plan, here.Requests, stepSeconds) is { } missing)
            return new Judgement(Verdict.Wait, $"Step {step + 1} of {plan.Steps.Count} {missing}.", figures);
        if (step < plan.Steps.Count - 1)
        {
            return new Judgement(
                Verdict.NextStep, Text($"No harm in {here.Requests} requests of step {step + 1} of {plan.Steps.Count}."), figures);
        }

        foreach (var figure in figures)
        {
            if (figure.Name == "slow" || figure.CandidateRequests == 0) continue;
            if (Doubt(plan, figure) is not { } doubt) continue;
            return allSeconds < plan.PatienceSeconds
                ? new Judgement(Verdict.Wait, doubt + " More requests are needed.", figures)
                : new Judgement(Verdict.Ask, doubt + " It waits for a decision: promote it or stop it.", figures);
        }

        return new Judgement(Verdict.Promote, Good(plan, figures), figures);
    }

    private static CanaryFigure Figure(
        string name, CanaryPlan plan, IReadOnlyList<StepCounts> steps, double tolerance, Func<ArmCounts, (long Bad, long All)> of,
        bool isJudgedLater = false)
    {
        var test = new HarmTest(plan.FalseAlarm / Guards, tolerance);
        var (candidate, others) = (default((long Bad, long All)), default((long Bad, long All)));
        foreach (var counts in steps)
        {
            var (ours, theirs) = (of(counts.Candidate), of(counts.Others));
            // Which answers are judged nobody shares out by chance: the candidate's share is that of the judged ones.
            var share = isJudgedLater ? ours.All / (double)Math.Max(1, ours.All + theirs.All) : plan.Steps[counts.Step] / 100.0;
            if (share is > 0 and < 1) test.Add(share, ours.Bad, theirs.Bad);
            candidate = (candidate.Bad + ours.Bad, candidate.All + ours.All);
            others = (others.Bad + theirs.Bad, others.All + theirs.All);
        }

        // JSON has no infinity, and beyond the largest number nobody asks how much more certain.
        return new CanaryFigure(
            name, candidate.Bad, candidate.All, others.Bad, others.All, Math.Min(test.Evidence, double.MaxValue), test.Bound);
    }

    private static string? Missing(CanaryPlan plan, long requests, double seconds)
    {
        if (requests < plan.StepRequests) return Text($"waits for {plan.StepRequests - requests} more requests of the candidate");
        return seconds < plan.StepSeconds ? Text($"lasts {Math.Ceiling(plan.StepSeconds - seconds)} more seconds") : null;
    }

    /// <summary>Whether the candidate may still be worse by more than the margin.</summary>
    private static string? Doubt(CanaryPlan plan, CanaryFigure figure)
    {
        var worst = High(figure.CandidateBad, figure.CandidateRequests) - Low(figure.OthersBad, figure.OthersRequests);
        return worst <= plan.Margin
            ? null
            : Text($"Its share of {figure.Name} answers may be up to {Percent(worst)} larger; the margin is {Percent(plan.Margin)}.");
    }

    private static double High(long bad, long all) => IntervalOf(bad, all).High;

    private static double Low(long bad, long all) => all == 0 ? 0 : IntervalOf(bad, all).Low;

    private static Interval IntervalOf(long bad, long all)
    {
        var share = new AlwaysValidProportion(PromotionLevel);
        share.Add(bad, all);
        return share.Interval;
    }

    private static string Harm(CanaryPlan plan, CanaryFigure figure) => Text(
        $"More {figure.Name} answers: {Shares(figure)}. A version no worse shows that less than once in {1 / plan.FalseAlarm:0} canaries.");

    private static string Good(CanaryPlan plan, IReadOnlyList<CanaryFigure> figures) =>
        $"Proven good: {string.Join("; ", figures.Where(static figure => figure.CandidateRequests > 0)
            .Select(static figure => $"{figure.Name} {Shares(figure)}"))}. The margin is {Percent(plan.Margin)}.";

    private static string Shares(CanaryFigure figure) =>
        $"{Share(figure.CandidateBad, figure.CandidateRequests)} against {Share(figure.OthersBad, figure.OthersRequests)}";

    private static string Share(long bad, long all) => all == 0 ? "none" : Text($"{Percent(bad / (double)all)} of {all}");

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
