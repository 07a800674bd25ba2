using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry.Gates;

public sealed class PromotionTests
{
    private static readonly Principal Ann = User("ann", Role.Contributor);
    private static readonly Principal Bob = User("bob", Role.Approver);
    private static readonly Principal Eve = User("eve", Role.Approver);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task Two_others_approve_and_then_the_version_enters_and_replaces_what_was_there(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "stages: {Production: {approvals: 2, reviewers: [eve]}}", isProtected: true);
        var old = (await house.AddVersionAsync("m")).Id;
        Got(await house.Promotions.OverrideAsync(Principal.Local, old, "Production", null, "the first one", Cancellation));
        var made = Got(await house.Versions.CreateAsync(Ann, new NewModelVersion("m", "s3://b/m"), Cancellation)).Id;
        var request = await AskAsync(house, Ann, made);
        await RefusedAsync(house, Ann, made, $"promotion request {request} has 0 of the 2 approvals it needs");

        Denied(await house.Promotions.ReviewAsync(Ann, request, ReviewVerdict.Approve, "", Cancellation));
        Got(await house.Promotions.ReviewAsync(Ann, request, ReviewVerdict.Comment, "please look", Cancellation));
        Got(await house.Promotions.ReviewAsync(Bob, request, ReviewVerdict.Approve, "", Cancellation));
        Got(await house.Promotions.ReviewAsync(Bob, request, ReviewVerdict.Approve, "twice is once", Cancellation));
        Got(await house.Promotions.ReviewAsync(Principal.Local, request, ReviewVerdict.Approve, "", Cancellation));
        await RefusedAsync(house, Principal.Local, made, $"promotion request {request} waits for the approval of eve");
        Got(await house.Promotions.ReviewAsync(Eve, request, ReviewVerdict.Approve, "figures are good", Cancellation));

        var moved = Got(await house.Promotions.PromoteAsync(Ann, request, Cancellation));
        Assert.Equal("Production", moved.Stage);
        Assert.Equal("Archived", Got(await house.Versions.GetAsync(Ann, old, Cancellation)).Stage);
        var closed = Got(await house.Promotions.GetAsync(Ann, request, Cancellation));
        Assert.Equal((RequestState.Promoted, "ann", 5), (closed.State, closed.ClosedBy, closed.Reviews.Count));
        Assert.Contains(
            house.Audit, static entry => entry is { Action: "model.stage", Actor: "ann" } && entry.After!.Contains("\"request\":\"1\""));
        // It was for this once.
        Got(await house.Versions.MoveAsync(Principal.Local, made, "Staging", false, Cancellation));
        await RefusedAsync(house, Principal.Local, made, "open a promotion request");
    }

    [Theory, OnEveryEngine]
    public async Task Nobody_approves_what_they_made_unless_the_stage_lets_them(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "stages: {Production: {approvals: 1}, Staging: {approvals: 1, four_eyes: false}}");
        var made = Got(await house.Versions.CreateAsync(Bob, new NewModelVersion("m", "s3://b/m"), Cancellation)).Id;
        var request = await AskAsync(house, Ann, made);
        var denied = await house.Promotions.ReviewAsync(Bob, request, ReviewVerdict.Approve, "", Cancellation);
        Assert.Contains("asks for four eyes", denied.Error?.Message);
        var own = Got(await house.Promotions.AskAsync(
            Bob, new NewPromotionRequest(made, "staging", "try it", ArchivesOthers: false), Cancellation));
        Got(await house.Promotions.ReviewAsync(Bob, own.Number, ReviewVerdict.Approve, "", Cancellation));
        Assert.Contains(
            "was approved without archiving", (await house.Versions.MoveAsync(Ann, made, "Staging", true, Cancellation)).Error?.Message);
        Assert.Equal("Staging", Got(await house.Versions.MoveAsync(Ann, made, "Staging", null, Cancellation)).Stage);
    }

    [Theory, OnEveryEngine]
    public async Task A_request_ends_by_rejection_by_withdrawal_and_by_time(DatabaseEngine engine)
    {
        var time = new MovedClock();
        await using var house = await StartAsync(
            engine, "stages: {Production: {approvals: 1, expires_days: 3, askers: [ann]}}", time: time);
        var version = (await house.AddVersionAsync("m")).Id;
        Denied(await house.Promotions.AskAsync(Bob, new NewPromotionRequest(version, "Production", "why"), Cancellation));
        Assert.Equal(
            ErrorCode.InvalidArgument,
            (await house.Promotions.AskAsync(Ann, new NewPromotionRequest(version, "Production", " "), Cancellation)).Error?.Code);

        var rejected = await AskAsync(house, Ann, version);
        Assert.Equal(
            ErrorCode.AlreadyExists,
            (await house.Promotions.AskAsync(Ann, new NewPromotionRequest(version, "Production", "again"), Cancellation)).Error?.Code);
        Denied(await house.Promotions.ReviewAsync(Ann, rejected, ReviewVerdict.Reject, "no", Cancellation));
        Assert.Equal(
            ErrorCode.InvalidArgument,
            (await house.Promotions.ReviewAsync(Bob, rejected, ReviewVerdict.Reject, "", Cancellation)).Error?.Code);
        Got(await house.Promotions.ReviewAsync(Bob, rejected, ReviewVerdict.Reject, "recall is worse", Cancellation));
        Assert.Contains(
            "is rejected", (await house.Promotions.ReviewAsync(Eve, rejected, ReviewVerdict.Approve, "", Cancellation)).Error?.Message);
        Assert.Contains("is rejected", (await house.Promotions.PromoteAsync(Ann, rejected, Cancellation)).Error?.Message);

        var withdrawn = await AskAsync(house, Ann, version);
        Denied(await house.Promotions.WithdrawAsync(Bob, withdrawn, Cancellation));
        Assert.Equal(RequestState.Withdrawn, Got(await house.Promotions.WithdrawAsync(Ann, withdrawn, Cancellation)).State);

        var late = await AskAsync(house, Ann, version);
        Got(await house.Promotions.ReviewAsync(Bob, late, ReviewVerdict.Approve, "", Cancellation));
        time.Now += TimeSpan.FromDays(3);
        Assert.Equal(RequestState.Expired, Got(await house.Promotions.GetAsync(Ann, late, Cancellation)).State);
        await RefusedAsync(house, Principal.Local, version, $"promotion request {late} has expired: open another");
        var next = await AskAsync(house, Ann, version);
        Got(await house.Promotions.ReviewAsync(Bob, next, ReviewVerdict.Approve, "", Cancellation));
        Got(await house.Promotions.PromoteAsync(Ann, next, Cancellation));
        var open = await house.Promotions.ListAsync(Ann, new RequestQuery("m", null, new PageRequest(3)), Cancellation);
        Assert.Equal(
            [(next, RequestState.Promoted), (late, RequestState.Expired), (withdrawn, RequestState.Withdrawn)],
            Got(open).Items.Select(static request => (request.Number, request.State)));
        var rest = await house.Promotions.ListAsync(
            Ann, new RequestQuery("m", null, new PageRequest(3, Got(open).NextToken)), Cancellation);
        Assert.Equal([rejected], Got(rest).Items.Select(static request => request.Number));
        var others = User("zed", Role.Admin) with { Grants = [new Grant(Role.Admin, Scope.OfProject("other"))] };
        Assert.Empty(Got(await house.Promotions.ListAsync(others, new RequestQuery(null, null, new PageRequest(3)), Cancellation)).Items);
        Denied(await house.Promotions.GetAsync(others, next, Cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task Four_eyes_hold_when_fifty_approve_at_once(DatabaseEngine engine)
    {
        const int People = 50, Needed = 20;
        await using var house = await StartAsync(engine, $"stages: {{Production: {{approvals: {Needed}}}}}");
        var made = Got(await house.Versions.CreateAsync(Bob, new NewModelVersion("m", "s3://b/m"), Cancellation)).Id;
        var asker = User("asker", Role.Approver);
        var request = await AskAsync(house, asker, made);
        // Half of them are the asker and the maker of the version, who press as often as the other half together.
        var others = Enumerable.Range(0, People / 2).Select(static number => User($"reviewer {number}", Role.Approver)).ToArray();
        Principal[] pressing = [.. others.SelectMany((one, at) => new[] { one, at % 2 == 0 ? asker : Bob })];
        var promotions = 0;
        var results = await Task.WhenAll(pressing.Select(async reviewer =>
        {
            var reviewed = await house.Promotions.ReviewAsync(reviewer, request, ReviewVerdict.Approve, "", Cancellation);
            var moved = await house.Versions.MoveAsync(Ann, made, "Production", null, Cancellation);
            if (!moved.IsFailure) Interlocked.Increment(ref promotions);
            return (Reviewer: reviewer, reviewed.Error);
        }));

        var closed = Got(await house.Promotions.GetAsync(Ann, request, Cancellation));
        Assert.Equal(RequestState.Promoted, closed.State);
        Assert.DoesNotContain(closed.Reviews, static review => review.Reviewer is "asker" or "bob");
        var counted = closed.Reviews.Select(static review => review.Reviewer).ToArray();
        Assert.Equal(counted.Distinct(), counted);
        Assert.True(counted.Length >= Needed, $"{counted.Length} had approved when it was promoted");
        Assert.Equal(counted.Length, results.Count(static result => result.Error is null));
        Assert.All(
            results.Where(result => result.Reviewer.Name is "asker" or "bob"),
            static result => Assert.True(result.Error?.Code is ErrorCode.PermissionDenied or ErrorCode.FailedPrecondition));
        Assert.True(promotions >= 1);
        var events = await house.EventsAsync("m");
        Assert.Single(events, static change => change.Action == "request.promote");
        Assert.Single(events, static change => change.Action == "version.stage" && change.Before != change.After);
        var approvalsBefore = events.SkipWhile(static change => change.Action != "request.promote")
            .Count(static change => change.Action == "request.approve");
        Assert.True(approvalsBefore >= Needed, $"it was promoted after {approvalsBefore} approvals");
    }

    [Theory, OnEveryEngine]
    public async Task An_override_takes_an_administrator_and_a_reason_and_is_told_everywhere(DatabaseEngine engine)
    {
        await using var house = await StartAsync(
            engine, "gates: {ci: {kind: external, reporters: [ci]}}\nstages: {Production: {gates: [ci], approvals: 1}}");
        var version = (await house.AddVersionAsync("m")).Id;
        Denied(await house.Promotions.OverrideAsync(Bob, version, "Production", null, "outage", Cancellation));
        Assert.Equal(
            ErrorCode.InvalidArgument,
            (await house.Promotions.OverrideAsync(Principal.Local, version, "Production", null, "", Cancellation)).Error?.Code);
        Got(await house.Promotions.OverrideAsync(Principal.Local, version, "Production", null, "outage of the night", Cancellation));
        var entry = Assert.Single(house.Audit, static entry => entry.Action == "model.stage.override");
        Assert.Contains("outage of the night", entry.After);
        Assert.Contains("waits for a report of ci", entry.After);
        var told = Assert.Single(await house.EventsAsync("m"), static change => change.Action == "version.override");
        Assert.Contains("outage of the night", told.After);
        Got(await house.Versions.RollbackStageAsync(Principal.Local, "m", "Production", Cancellation));
        Assert.Equal("None", Got(await house.Versions.GetAsync(Ann, version, Cancellation)).Stage);
    }

    [Theory, OnEveryEngine]
    public async Task What_was_there_comes_back_without_new_evidence_unless_it_failed_since(DatabaseEngine engine)
    {
        await using var house = await StartAsync(
            engine, "gates: {ci: {kind: external, reporters: [ci]}}\nstages: {Production: {gates: [ci]}}");
        var ci = User("ci", Role.Contributor);
        var one = (await house.AddVersionAsync("m")).Id;
        var two = (await house.AddVersionAsync("m")).Id;
        var good = new GateReport(true, "all is well", [], null);
        foreach (var version in (ModelVersionId[])[one, two])
        {
            Got(await house.Gates.ReportAsync(ci, version, "ci", good, Cancellation));
            Got(await house.Versions.MoveAsync(Ann, version, "Production", true, Cancellation));
        }

        Got(await house.Gates.ReportAsync(ci, one, "ci", good with { Passed = false, Message = "it leaks" }, Cancellation));
        var refused = await house.Versions.RollbackStageAsync(Ann, "m", "Production", Cancellation);
        Assert.Contains("gate 'ci' failed: it leaks", refused.Error?.Message);
        Got(await house.Gates.ReportAsync(ci, one, "ci", good, Cancellation));
        var back = Got(await house.Versions.RollbackStageAsync(Ann, "m", "Production", Cancellation));
        Assert.Equal([one], back.Select(static version => version.Id));
    }

    [Theory, OnEveryEngine]
    public async Task A_versions_own_rules_open_no_protected_stage(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "", isProtected: true);
        var rules = "stages: {Production: {approvals: 1, four_eyes: false, aliases: [live]}}"u8.ToArray();
        var version = await GateTests.VersionOfAsync(house, ("model/gates.yaml", rules));
        var request = await AskAsync(house, Bob, version);
        Got(await house.Promotions.ReviewAsync(Bob, request, ReviewVerdict.Approve, "it is mine", Cancellation));

        Denied(await house.Versions.MoveAsync(Bob, version, "Production", null, Cancellation));
        Denied(await house.Promotions.PromoteAsync(Bob, request, Cancellation));
        Denied(await house.Models.SetAliasAsync(Bob, version, "live", Cancellation));
        Assert.Equal("Production", Got(await house.Promotions.PromoteAsync(Principal.Local, request, Cancellation)).Stage);
    }

    [Theory, OnEveryEngine]
    public async Task An_alias_that_stands_for_a_stage_goes_back_and_goes_away_by_an_administrator_alone(DatabaseEngine engine)
    {
        await using var house = await StartAsync(
            engine, "stages: {Staging: {approvals: 1, aliases: [next]}, Production: {aliases: [live]}}", isProtected: true);
        var one = (await house.AddVersionAsync("m")).Id;
        var two = (await house.AddVersionAsync("m")).Id;
        foreach (var (version, stage) in (IEnumerable<(ModelVersionId, string)>)[(one, "Staging"), (two, "Production")])
            Got(await house.Promotions.OverrideAsync(Principal.Local, version, stage, false, "to begin with", Cancellation));
        foreach (var (alias, version) in (IEnumerable<(string, ModelVersionId)>)[("next", one), ("Live", two)])
            Got(await house.Models.SetAliasAsync(Ann, version, alias, Cancellation));
        Got(await house.Versions.MoveAsync(Ann, one, "None", false, Cancellation));
        Got(await house.Models.DeleteAliasAsync(Ann, "m", "next", Cancellation));

        Denied(await house.Models.RollbackAliasAsync(Ann, "m", "next", Cancellation));
        Got(await house.Models.RollbackAliasAsync(Principal.Local, "m", "next", Cancellation));
        Denied(await house.Models.SetAliasAsync(Ann, one, "LIVE", Cancellation));
        Denied(await house.Models.DeleteAliasAsync(Ann, "m", "Live", Cancellation));
        Got(await house.Models.DeleteAliasAsync(Principal.Local, "m", "Live", Cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task Rules_are_not_shed_by_a_new_model_of_the_name(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "stages: {Production: {approvals: 1}}");
        var joe = new Principal(PrincipalKind.User, "joe", [new Grant(Role.Contributor, Scope.OfProject("default"))]);
        Denied(await house.Models.RenameAsync(joe, "m", "m-old", Cancellation));
        Denied(await house.Models.DeleteAsync(joe, "m", Cancellation));
        await GateTests.RulesAsync(house, "");
        Got(await house.Models.RenameAsync(joe, "m", "m-old", Cancellation));
        Got(await house.Models.DeleteAsync(joe, "m-old", Cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task Who_may_only_look_cannot_keep_others_from_deciding(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "stages: {Production: {approvals: 1}}");
        var request = await AskAsync(house, Ann, (await house.AddVersionAsync("m")).Id);
        var most = new RegistryOptions().ReviewsMax;
        for (var i = 0; i < most; i++)
            Got(await house.Promotions.ReviewAsync(Ann, request, ReviewVerdict.Comment, "and another thing", Cancellation));
        var full = await house.Promotions.ReviewAsync(Ann, request, ReviewVerdict.Comment, "one more", Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, full.Error?.Code);
        Got(await house.Promotions.ReviewAsync(Bob, request, ReviewVerdict.Approve, "", Cancellation));
    }

    private static async Task<RegistryHouse> StartAsync(
        DatabaseEngine engine, string rules, bool isProtected = false, TimeProvider? time = null)
    {
        var house = await RegistryHouse.StartAsync(engine, time);
        await house.AddModelAsync("m");
        Stage[] stages = [new("None"), new("Staging"), new("Production", ArchivesOthers: true, isProtected), new("Archived")];
        Got(await house.Stages.SetAsync(Principal.Local, "default", stages, Cancellation));
        await GateTests.RulesAsync(house, rules);
        return house;
    }

    private static async Task<long> AskAsync(RegistryHouse house, Principal caller, ModelVersionId version) =>
        Got(await house.Promotions.AskAsync(
            caller, new NewPromotionRequest(version, "production", "better by 2 points"), Cancellation)).Number;

    private static async Task RefusedAsync(RegistryHouse house, Principal caller, ModelVersionId version, string why)
    {
        var refused = await house.Versions.MoveAsync(caller, version, "Production", null, Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.Contains(why, refused.Error!.Message);
    }

    private static void Denied<T>(Result<T> result) => Assert.Equal(ErrorCode.PermissionDenied, result.Error?.Code);

    private static Principal User(string name, Role role) =>
        new(PrincipalKind.User, name, [new Grant(role, Scope.Model("default", "m"))]);

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
