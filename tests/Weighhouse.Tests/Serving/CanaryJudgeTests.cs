using Weighhouse.Serving;
using Weighhouse.Serving.Canaries;
using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Serving;

/// <summary>Whole canaries, from their first step to their end, judged after every fifty requests.</summary>
public class CanaryJudgeTests(ITestOutputHelper output)
{
    private const int Rounds = 200;
    private const int RequestsMax = 120_000;

    private static readonly CanaryPlan Plan = new(new DeploymentRoute("m", 2)) { StepSeconds = 0, StepRequests = 2_000 };

    [Fact]
    public void Of_200_canaries_three_points_worse_95_in_100_are_taken_back_and_of_equal_ones_at_most_one_in_100()
    {
        var sample = new Sample(output);
        var (worse, equal) = (new Dictionary<Verdict, int>(), new Dictionary<Verdict, int>());
        for (var round = 0; round < Rounds; round++)
        {
            Count(worse, Run(sample, 0.02, 0.05));
            Count(equal, Run(sample, 0.02, 0.02));
        }

        output.WriteLine($"worse: {string.Join(", ", worse)}; equal: {string.Join(", ", equal)}");
        Assert.True(worse.GetValueOrDefault(Verdict.RollBack) >= 0.95 * Rounds);
        Assert.True(equal.GetValueOrDefault(Verdict.RollBack) <= 0.01 * Rounds);
        Assert.True(equal.GetValueOrDefault(Verdict.Promote) >= 0.95 * Rounds);
    }

    [Fact]
    public void A_step_ends_after_its_requests_and_its_seconds_and_not_before()
    {
        var plan = Plan with { StepSeconds = 60, StepRequests = 100 };
        Assert.Equal(Verdict.Wait, Judge(plan, [new StepCounts(0, Requests(99), Requests(900))], 0, 61).Verdict);
        Assert.Equal(Verdict.Wait, Judge(plan, [new StepCounts(0, Requests(100), Requests(900))], 0, 59).Verdict);
        var next = Judge(plan, [new StepCounts(0, Requests(100), Requests(900))], 0, 60);
        Assert.Equal(Verdict.NextStep, next.Verdict);
        // Requests of the step before are not those of this one.
        Assert.Equal(Verdict.Wait, Judge(plan, [new StepCounts(0, Requests(500), Requests(900))], 1, 60).Verdict);
    }

    [Fact]
    public void What_is_not_proven_good_in_time_waits_for_somebody()
    {
        var plan = Plan with { StepRequests = 100, PatienceSeconds = 1_000 };
        StepCounts[] few = [new(2, Requests(100), Requests(100))];
        Assert.Equal(Verdict.Wait, CanaryJudge.Judge(plan, few, 2, 999, 999).Verdict);
        var asked = CanaryJudge.Judge(plan, few, 2, 1_000, 1_000);
        Assert.Equal(Verdict.Ask, asked.Verdict);
        Assert.Contains("the margin is 2 %", asked.Why, StringComparison.Ordinal);
        StepCounts[] many = [new(2, Requests(2_000), Requests(2_000))];
        Assert.Equal(Verdict.Promote, CanaryJudge.Judge(plan, many, 2, 1_000, 1_000).Verdict);
        // Answers that turned out wrong must be proven, too, once anybody has told of any.
        StepCounts[] told = [new(2, Requests(2_000) with { Judged = 50 }, Requests(2_000) with { Judged = 50 })];
        Assert.Equal(Verdict.Wait, CanaryJudge.Judge(plan, told, 2, 500, 500).Verdict);
    }

    [Fact]
    public void Slow_answers_take_it_back_beyond_the_tolerance()
    {
        StepCounts Slow(long candidate) => new(
            2, Requests(5_000) with { Timed = 5_000, Slow = candidate }, Requests(5_000) with { Timed = 5_000, Slow = 500 });
        Assert.Equal(Verdict.Promote, Judge(Plan, [Slow(700)], 2, 60).Verdict);
        var harm = Judge(Plan, [Slow(1_500)], 2, 60);
        Assert.Equal(Verdict.RollBack, harm.Verdict);
        Assert.StartsWith("More slow answers: 30 % of 5000 against 10 % of 5000.", harm.Why, StringComparison.Ordinal);
    }

    private static Judgement Judge(CanaryPlan plan, IReadOnlyList<StepCounts> counts, int step, double seconds) =>
        CanaryJudge.Judge(plan, counts, step, seconds, seconds);

    private static ArmCounts Requests(long count) => new(count, 0, 0, 0, 0, 0);

    private static void Count(Dictionary<Verdict, int> counts, Verdict verdict) =>
        counts[verdict] = counts.GetValueOrDefault(verdict) + 1;

    private static Verdict Run(Sample sample, double usual, double candidate)
    {
        var steps = new List<StepCounts>();
        for (var (step, requests) = (0, 0); requests < RequestsMax; requests += 50)
        {
            if (steps.Count == step) steps.Add(new StepCounts(step, default, default));
            var (ours, theirs) = (default(ArmCounts), default(ArmCounts));
            for (var i = 0; i < 50; i++)
            {
                var isCandidate = sample.Random.Below(100) < Plan.Steps[step];
                var failed = sample.Random.NextDouble() < (isCandidate ? candidate : usual) ? 1 : 0;
                if (isCandidate) ours += new ArmCounts(1, failed, 0, 0, 0, 0);
                else theirs += new ArmCounts(1, failed, 0, 0, 0, 0);
            }

            steps[step] = new StepCounts(step, steps[step].Candidate + ours, steps[step].Others + theirs);
            var verdict = Judge(Plan, steps, step, 0).Verdict;
            if (verdict is Verdict.NextStep) step++;
            else if (verdict is not Verdict.Wait) return verdict;
        }

        return Verdict.Wait;
    }
}
