using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Serving.Canaries;
using Weighhouse.Serving.Fleet;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Serving;

/// <summary>A version tried on a growing part of the requests, through the whole of serving.</summary>
public sealed class CanaryTests
{
    private static readonly CanaryPlan Quick = new(new DeploymentRoute("m", 2))
    {
        Steps = [20, 50], StepRequests = 50, StepSeconds = 0, Margin = 0.2, SlowTolerance = 100,
    };

    [Theory, OnEveryEngine]
    public async Task A_version_that_does_no_harm_is_promoted_step_by_step_and_one_rollback_undoes_it_all(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        var started = Got(await house.Get<ICanaries>().StartAsync(Principal.Local, "d", Quick, ServingHouse.Cancellation));
        Assert.Equal((CanaryState.Running, 0, 20), (started.State, started.Step, started.Percent));

        var ended = await AskUntilEndedAsync(house);

        Assert.Equal((CanaryState.Promoted, 100), (ended.State, ended.Percent));
        Assert.Contains("Proven good", ended.Outlook, StringComparison.Ordinal);
        var failed = Assert.Single(ended.Figures, figure => figure.Name == "failed");
        Assert.True(failed.CandidateRequests >= 100 && failed.CandidateBad == 0);
        Assert.InRange(failed.CandidateRequests / (double)(failed.CandidateRequests + failed.OthersRequests), 0.15, 0.55);
        await UntilOnlyAsync(house, 2);
        Assert.Equal(["promote", "step", "start"], (await HistoryAsync(house)).Take(3).Select(change => change.Action.Split('.')[^1]));

        await house.SettleAsync(Got(await house.Deployments.RollbackAsync(Principal.Local, "d", ServingHouse.Cancellation)));
        await UntilOnlyAsync(house, 1);
    }

    [Theory, OnEveryEngine]
    public async Task A_version_that_fails_more_often_is_taken_back_by_itself_and_says_why(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine, NeedsTwo);
        Got(await house.Get<ICanaries>().StartAsync(Principal.Local, "d", Quick with { StepRequests = 10_000 }, ServingHouse.Cancellation));

        var ended = await AskUntilEndedAsync(house, mayFail: true);

        Assert.Equal((CanaryState.RolledBack, 0), (ended.State, ended.Percent));
        Assert.StartsWith("More failed answers: 100 %", ended.Outlook, StringComparison.Ordinal);
        await UntilOnlyAsync(house, 1);
        var last = (await HistoryAsync(house))[0];
        Assert.Equal(("deployment.canary.rollback", "canary", ended.Outlook), (last.Action, last.Actor, last.Reason));
        Assert.Equal(
            DeploymentRoutes(Got(await house.Deployments.GetAsync(Principal.Local, "d", ServingHouse.Cancellation))), ["m/1=1"]);
    }

    [Theory, OnEveryEngine]
    public async Task A_version_that_cannot_be_loaded_never_gets_a_request(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine, "no model"u8.ToArray());
        Got(await house.Get<ICanaries>().StartAsync(Principal.Local, "d", Quick, ServingHouse.Cancellation));

        var ended = await AskUntilEndedAsync(house);

        Assert.Equal(CanaryState.RolledBack, ended.State);
        Assert.Contains("m/2 could not be loaded", ended.Outlook, StringComparison.Ordinal);
        Assert.All(ended.Figures, figure => Assert.Equal(0, figure.CandidateRequests));
    }

    [Theory, OnEveryEngine]
    public async Task Wrong_answers_told_later_take_it_back_and_those_of_both_sides_alike_do_not(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        var canaries = house.Get<ICanaries>();
        Got(await canaries.StartAsync(Principal.Local, "d", Quick with { StepRequests = 10_000 }, ServingHouse.Cancellation));

        var alike = Got(await canaries.JudgeAsync(
            Principal.Local, "d", [new("m", 1, 720, 80), new("m", 2, 180, 20)], ServingHouse.Cancellation));
        Assert.Equal(CanaryState.Running, alike.State);
        var wrong = Assert.Single(alike.Figures, figure => figure.Name == "wrong");
        Assert.Equal((20, 200, 80, 800), (wrong.CandidateBad, wrong.CandidateRequests, wrong.OthersBad, wrong.OthersRequests));
        Assert.True(wrong.Evidence < 1);
        Got(await canaries.JudgeAsync(Principal.Local, "d", [new("m", 2, 0, 100)], ServingHouse.Cancellation));

        var ended = await AskUntilEndedAsync(house);
        Assert.StartsWith("More wrong answers", ended.Outlook, StringComparison.Ordinal);
    }

    [Theory, OnEveryEngine]
    public async Task Outcomes_that_cannot_be_are_refused_and_those_of_one_side_say_nothing_yet(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        var canaries = house.Get<ICanaries>();
        async Task<Result<Canary>> TellAsync(params CanaryOutcome[] outcomes) =>
            await canaries.JudgeAsync(Principal.Local, "d", outcomes, ServingHouse.Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, (await TellAsync(new CanaryOutcome("m", 1, 1, 0))).Error?.Code);
        Got(await canaries.StartAsync(Principal.Local, "d", Quick with { StepRequests = 10_000 }, ServingHouse.Cancellation));
        CanaryOutcome[][] wrong =
        [
            [], [new("m", 1, -1, 0)], [new("m", 1, 0, -1)], [new("m", 1, 1_000_000_001, 0)], [new("m", 2, 0, 1_000_000_001)],
            [new("m", 1, 1, 0), new("m", 9, 1, 0)], [new("n", 1, 1, 0)], [.. Enumerable.Repeat(new CanaryOutcome("m", 1, 1, 0), 65)],
        ];
        foreach (var outcomes in wrong)
        {
            var refused = (await TellAsync(outcomes)).Error!;
            Assert.Equal((ErrorCode.InvalidArgument, "outcomes"), (refused.Code, refused.Field));
        }

        Assert.Equal(
            "'d' does not answer with m/9; it does with m/1, m/2.",
            (await TellAsync(new CanaryOutcome("m", 9, 1, 0))).Error!.Message);
        // Nothing of a call that was refused was counted; and of one side alone, however bad, nothing follows.
        foreach (var version in new[] { 1, 2 })
        {
            var told = Got(await TellAsync(new CanaryOutcome("m", version, 0, 1_000_000)));
            var figure = Assert.Single(told.Figures, static figure => figure.Name == "wrong");
            if (version == 1)
                Assert.Equal(
                    (CanaryState.Running, 0, 0, 1_000_000, 1_000_000, true),
                    (
                        told.State, figure.CandidateBad, figure.CandidateRequests, figure.OthersBad, figure.OthersRequests,
                        figure.Evidence < figure.EvidenceBound));
            else Assert.Equal((1_000_000, 1_000_000), (figure.CandidateBad, figure.OthersBad));
        }
    }

    [Theory, OnEveryEngine]
    public async Task A_candidate_is_the_version_that_its_alias_had_when_it_began(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        var third = await house.AddVersionAsync("m", 3);
        Got(await house.Models.SetAliasAsync(Principal.Local, third.Id with { Version = 2 }, "next", ServingHouse.Cancellation));
        var plan = Quick with { Candidate = new DeploymentRoute("m", Alias: "next"), StepRequests = 10_000 };
        Got(await house.Get<ICanaries>().StartAsync(Principal.Local, "d", plan, ServingHouse.Cancellation));
        Got(await house.Models.SetAliasAsync(Principal.Local, third.Id, "next", ServingHouse.Cancellation));

        Got(await house.Served.LoadAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Equal(2, Got(await house.AskAsync(new ServingTarget("d", Label: "canary"))).Version);
        var running = Got(await house.Get<ICanaries>().GetAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Equal((2, null), (running.Plan.Candidate.Version, running.Plan.Candidate.Alias));
        Got(await house.Get<ICanaries>().PromoteAsync(Principal.Local, "d", null, ServingHouse.Cancellation));
        await UntilOnlyAsync(house, 2);
    }

    [Theory, OnEveryEngine]
    public async Task A_candidate_whose_load_is_tried_again_is_not_taken_back(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(
            engine, static options => options with { LoadRetryDelay = TimeSpan.FromSeconds(1) });
        await house.AddVersionAsync("m", 1);
        await house.AddVersionAsync("m", 2);
        await house.DeployAsync("d", new DeploymentRoute("m", 1));
        // Somebody has changed the candidate's files where they lie: the first load refuses them, and the next one places them anew.
        var others = Directory.GetDirectories(house.PlacedFolder);
        await house.DeployAsync("before", new DeploymentRoute("m", 2));
        var placed = Assert.Single(Directory.GetDirectories(house.PlacedFolder).Except(others));
        Got(await house.Served.UnloadAsync(Principal.Local, "before", ServingHouse.Cancellation));
        await File.WriteAllTextAsync(Path.Combine(placed, "added"), "by somebody", ServingHouse.Cancellation);

        Got(await house.Get<ICanaries>().StartAsync(
            Principal.Local, "d", Quick with { StepRequests = 10_000 }, ServingHouse.Cancellation));
        while ((await house.AskAsync(new ServingTarget("d", Label: "canary"))).IsFailure) await Task.Yield();
        Assert.Single(Directory.GetDirectories(house.PlacedFolder, ".refused-*"));
        Assert.Equal(
            CanaryState.Running, Got(await house.Get<ICanaries>().GetAsync(Principal.Local, "d", ServingHouse.Cancellation)).State);
    }

    [Theory, OnEveryEngine]
    public async Task What_a_canary_counted_is_forgotten_when_it_has_ended(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        Got(await house.Get<ICanaries>().StartAsync(
            Principal.Local, "d", Quick with { StepRequests = 10_000 }, ServingHouse.Cancellation));
        while ((await house.AskAsync(new ServingTarget("d", Label: "canary"))).IsFailure) await Task.Yield();
        var number = Assert.Single(house.Get<ServingFleet>().Table.All).Canary!.Value.Number;
        Assert.NotEmpty(house.Get<CanaryTallies>().Of(number));
        Got(await house.Get<ICanaries>().StopAsync(Principal.Local, "d", null, ServingHouse.Cancellation));
        await UntilOnlyAsync(house, 1);
        Assert.Empty(house.Get<CanaryTallies>().Of(number));
    }

    [Theory, OnEveryEngine]
    public async Task Somebody_may_promote_or_stop_it_and_nothing_else_changes_the_routes_meanwhile(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        var canaries = house.Get<ICanaries>();
        Assert.Equal(ErrorCode.NotFound, (await canaries.GetAsync(Principal.Local, "d", ServingHouse.Cancellation)).Error?.Code);
        var none = await canaries.StopAsync(Principal.Local, "d", null, ServingHouse.Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, none.Error?.Code);
        Got(await canaries.StartAsync(Principal.Local, "d", Quick, ServingHouse.Cancellation));
        var second = await canaries.StartAsync(Principal.Local, "d", Quick, ServingHouse.Cancellation);
        Assert.Equal(ErrorCode.AlreadyExists, second.Error?.Code);
        var routed = await house.Deployments.RouteAsync(
            Principal.Local, "d", [new DeploymentRoute("m", 2)], ServingHouse.Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, routed.Error?.Code);

        var stopped = Got(await canaries.StopAsync(Principal.Local, "d", "too early", ServingHouse.Cancellation));
        Assert.Equal((CanaryState.Stopped, "local stopped it: too early"), (stopped.State, stopped.Outlook));
        await UntilOnlyAsync(house, 1);
        Got(await canaries.StartAsync(Principal.Local, "d", Quick, ServingHouse.Cancellation));
        Assert.Equal(
            CanaryState.Promoted, Got(await canaries.PromoteAsync(Principal.Local, "d", null, ServingHouse.Cancellation)).State);
        await UntilOnlyAsync(house, 2);
    }

    [Theory, OnEveryEngine]
    public async Task A_rollback_of_the_deployment_ends_it_and_goes_back_before_it(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        Got(await house.Get<ICanaries>().StartAsync(Principal.Local, "d", Quick, ServingHouse.Cancellation));
        Got(await house.Deployments.RollbackAsync(Principal.Local, "d", ServingHouse.Cancellation));

        var ended = Got(await house.Get<ICanaries>().GetAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Equal((CanaryState.Stopped, "local rolled the deployment back."), (ended.State, ended.Outlook));
        await UntilOnlyAsync(house, 1);
    }

    [Theory, OnEveryEngine]
    public async Task Requests_that_name_their_version_do_not_count(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        Got(await house.Get<ICanaries>().StartAsync(Principal.Local, "d", Quick, ServingHouse.Cancellation));
        while ((await house.AskAsync(new ServingTarget("d", Label: "canary"))).IsFailure) await Task.Yield();
        for (var i = 0; i < 200; i++) Got(await house.AskAsync(new ServingTarget("d", Version: i % 2 + 1)));
        // One that counts, to see that counting works.
        await UntilCountedAsync(house, 1);

        var canary = Got(await house.Get<ICanaries>().GetAsync(Principal.Local, "d", ServingHouse.Cancellation));
        var failed = Assert.Single(canary.Figures, figure => figure.Name == "failed");
        Assert.Equal(1, failed.CandidateRequests + failed.OthersRequests);
    }

    [Theory, OnEveryEngine]
    public async Task A_plan_that_makes_no_sense_is_refused_with_its_field(DatabaseEngine engine)
    {
        await using var house = await BeginAsync(engine);
        (CanaryPlan Plan, string Field)[] wrong =
        [
            (Quick with { Steps = [] }, "steps"),
            (Quick with { Steps = [50, 20] }, "steps"),
            (Quick with { Steps = [0] }, "steps"),
            (Quick with { Steps = [100] }, "steps"),
            (Quick with { StepRequests = 0 }, "stepRequests"),
            (Quick with { FalseAlarm = 1 }, "falseAlarm"),
            (Quick with { Margin = double.NaN }, "margin"),
            (Quick with { Candidate = new DeploymentRoute("") }, "model"),
        ];
        foreach (var (plan, field) in wrong)
        {
            var refused = await house.Get<ICanaries>().StartAsync(Principal.Local, "d", plan, ServingHouse.Cancellation);
            Assert.Equal((ErrorCode.InvalidArgument, field), (refused.Error!.Code, refused.Error.Field));
        }

        var missing = await house.Get<ICanaries>().StartAsync(
            Principal.Local, "d", Quick with { Candidate = new DeploymentRoute("m", 9) }, ServingHouse.Cancellation);
        Assert.Equal(ErrorCode.NotFound, missing.Error?.Code);
    }

    private static byte[] NeedsTwo => new Weighhouse.Onnx.Graphs.LayerStack("x", 2).Dense([1, 1], [0]).Output("y", 1).ToModel().ToBytes();

    private static async Task<ServingHouse> BeginAsync(DatabaseEngine engine, byte[]? candidate = null)
    {
        var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        if (candidate is null) await house.AddVersionAsync("m", 2);
        else await house.AddVersionAsync("m", candidate);
        await house.DeployAsync("d", new DeploymentRoute("m", 1));
        return house;
    }

    private static async Task<Canary> AskUntilEndedAsync(ServingHouse house, bool mayFail = false)
    {
        while (true)
        {
            for (var i = 0; i < 20; i++)
            {
                var answer = await house.AskAsync(new ServingTarget("d"));
                if (!mayFail) Got(answer);
            }

            var canary = Got(await house.Get<ICanaries>().GetAsync(Principal.Local, "d", ServingHouse.Cancellation));
            if (!canary.IsRunning) return canary;
        }
    }

    private static async Task UntilOnlyAsync(ServingHouse house, long version)
    {
        var row = Got(await house.Deployments.GetAsync(Principal.Local, "d", ServingHouse.Cancellation));
        await house.Get<ServingFleet>().SettledAsync("d", row.Revision, ServingHouse.Cancellation);
        for (var i = 0; i < 30; i++) Assert.Equal(version, Got(await house.AskAsync(new ServingTarget("d"))).Version);
    }

    private static async Task UntilCountedAsync(ServingHouse house, long requests)
    {
        Got(await house.AskAsync(new ServingTarget("d")));
        while (true)
        {
            var canary = Got(await house.Get<ICanaries>().GetAsync(Principal.Local, "d", ServingHouse.Cancellation));
            if (canary.Figures[0].CandidateRequests + canary.Figures[0].OthersRequests >= requests) return;
            await Task.Yield();
        }
    }

    private static async Task<IReadOnlyList<DeploymentEvent>> HistoryAsync(ServingHouse house) => Got(await house.Deployments.HistoryAsync(
        Principal.Local, "d", new PageRequest(100), ServingHouse.Cancellation)).Items;

    private static IEnumerable<string> DeploymentRoutes(Deployment deployment) =>
        deployment.Routes.Select(static route => $"{route.Model}/{route.Version}={route.Weight}");
}
