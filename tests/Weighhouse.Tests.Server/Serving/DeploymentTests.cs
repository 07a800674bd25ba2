using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving;
using Weighhouse.Serving.Fleet;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Serving;

public sealed class DeploymentTests
{
    private static readonly SqlText OtherRoutes = SqlText.Both(
        "OtherRoutes", """UPDATE serving_deployments SET routes_json = REPLACE(routes_json, '"version":1', '"version":2')""");

    [Theory, OnEveryEngine]
    public async Task A_registered_model_answers_only_once_it_is_deployed(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 3);
        Assert.Equal((ErrorCode.NotFound, "deployment"), Of(await house.AskAsync(new ServingTarget("m"))));
        await house.DeployAsync("d", new DeploymentRoute("m"));
        Assert.Equal((1, 6f), Got(await house.AskAsync(new ServingTarget("d"), 2)));
        Assert.Equal((1, 3f), Got(await house.AskAsync(new ServingTarget("d", Version: 1))));
        Assert.Equal((ErrorCode.NotFound, "version"), Of(await house.AskAsync(new ServingTarget("d", Version: 2))));
        Assert.Equal((ErrorCode.NotFound, "label"), Of(await house.AskAsync(new ServingTarget("d", Label: "next"))));
        Assert.True(house.Served.IsReady);

        Got(await house.Deployments.DeleteAsync(Principal.Local, "d", ServingHouse.Cancellation));
        while ((await house.AskAsync(new ServingTarget("d"))).Error is not { Code: ErrorCode.NotFound }) await Task.Yield();
        await house.DeployAsync("d", new DeploymentRoute("m"));
        Assert.Equal((1, 3f), Got(await house.AskAsync(new ServingTarget("d"))));
    }

    [Theory, OnEveryEngine]
    public async Task Requests_follow_an_alias_when_it_moves_and_the_latest_version_when_there_is_a_later_one(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        var first = await house.AddVersionAsync("m", 1);
        var second = await house.AddVersionAsync("m", 2);
        Got(await house.Models.SetAliasAsync(Principal.Local, first.Id, "champion", ServingHouse.Cancellation));
        await house.DeployAsync("followed", new DeploymentRoute("m", Alias: "champion"));
        await house.DeployAsync("latest", new DeploymentRoute("m"));
        Assert.Equal((1, 1f), Got(await house.AskAsync(new ServingTarget("followed"))));
        Assert.Equal((2, 2f), Got(await house.AskAsync(new ServingTarget("latest"))));

        Got(await house.Models.SetAliasAsync(Principal.Local, second.Id, "champion", ServingHouse.Cancellation));
        await house.AddVersionAsync("m", 3);
        await UntilAsync(house, new ServingTarget("followed"), 2);
        await UntilAsync(house, new ServingTarget("latest"), 3);
    }

    [Theory, OnEveryEngine]
    public async Task Rolling_back_goes_one_change_further_each_time_and_a_new_change_begins_anew(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        for (var i = 1; i <= 4; i++) await house.AddVersionAsync("m", i);
        await house.DeployAsync("d", new DeploymentRoute("m", 1));
        await RouteAsync(house, 2);
        await RouteAsync(house, 3);
        Assert.Equal(2, await RollbackAsync(house));
        Assert.Equal(1, await RollbackAsync(house));
        var refused = await house.Deployments.RollbackAsync(Principal.Local, "d", ServingHouse.Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        await RouteAsync(house, 4);
        Assert.Equal(1, await RollbackAsync(house));

        var history = Got(await house.Deployments.HistoryAsync(
            Principal.Local, "d", new PageRequest(100), ServingHouse.Cancellation)).Items;
        Assert.Equal(
            ["rollback", "route", "rollback", "rollback", "route", "route", "create"],
            history.Select(change => change.Action["deployment.".Length..]));
        Assert.Equal([7, 6, 5, 4, 3, 2, 1], history.Select(change => change.Revision));
        Assert.Equal(history[0].Before!.Routes, history[1].After!.Routes);
        Assert.Null(history[^1].Before);
    }

    [Theory, OnEveryEngine]
    public async Task What_answers_goes_on_when_a_version_cannot_be_loaded_and_says_why(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.AddVersionAsync("m", "no model"u8.ToArray());
        await house.DeployAsync("d", new DeploymentRoute("m", 1));
        await RouteAsync(house, 2);
        Assert.Equal((1, 1f), Got(await house.AskAsync(new ServingTarget("d"))));
        var statuses = Got(house.Served.Versions(Principal.Local, "d"));
        Assert.Equal([(2, VersionState.End), (1, VersionState.Available)], statuses.Select(status => (status.Version, status.State)));
        Assert.NotNull(statuses[0].Error);

        await house.DeployAsync("broken", new DeploymentRoute("m", 2));
        var refused = await house.AskAsync(new ServingTarget("broken"));
        Assert.Equal(ErrorCode.Unavailable, refused.Error?.Code);
        Assert.Contains(statuses[0].Error!.Message, refused.Error!.Message, StringComparison.Ordinal);
    }

    [Theory, OnEveryEngine]
    public async Task Shares_of_requests_are_kept_to_one_in_a_hundred(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.AddVersionAsync("m", 2);
        await house.AddVersionAsync("m", 3);
        await house.DeployAsync(
            "d",
            new DeploymentRoute("m", 1, Weight: 90),
            new DeploymentRoute("m", 2, Weight: 10),
            new DeploymentRoute("m", 3, Weight: 0, Label: "dark"));
        var counts = new int[4];
        for (var i = 0; i < 1_000; i++) counts[Got(await house.AskAsync(new ServingTarget("d"))).Version]++;
        Assert.InRange(counts[2], 90, 110);
        Assert.Equal((1_000, 0), (counts[1] + counts[2], counts[3]));
        Assert.Equal(3, Got(await house.AskAsync(new ServingTarget("d", Label: "dark"))).Version);
        var statistics = Got(house.Served.Statistics(Principal.Local, "d", 2));
        Assert.Equal(counts[2], Assert.Single(statistics).InferenceCount);
    }

    [Theory(Timeout = 120_000), OnEveryEngine]
    public async Task Shares_are_kept_though_each_request_finds_another_table(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.AddVersionAsync("m", 2);
        await house.DeployAsync("d", new DeploymentRoute("m", 1), new DeploymentRoute("m", 2));
        var seconds = 0;
        for (var i = 0; i < 20; i++)
        {
            var table = house.Get<ServingFleet>().Table;
            Got(await house.Served.LoadAsync(Principal.Local, "d", ServingHouse.Cancellation));
            Assert.NotSame(table, house.Get<ServingFleet>().Table);
            if (Got(await house.AskAsync(new ServingTarget("d"))).Version == 2) seconds++;
        }

        Assert.InRange(seconds, 8, 12);
    }

    [Theory(Timeout = 120_000), OnEveryEngine]
    public async Task A_change_that_no_event_shows_is_followed_before_long(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.AddVersionAsync("m", 2);
        await house.DeployAsync("d", new DeploymentRoute("m", 1));
        Assert.Equal(1, Got(await house.AskAsync(new ServingTarget("d"))).Version);
        // As one is whose event has a lower number than another's, which was committed, and seen, before it.
        await house.Get<IDatabase>().WriteAsync<Done>(
            static async session =>
            {
                await session.Prepare(OtherRoutes).ExecuteAsync();
                return Done.Value;
            },
            ServingHouse.Cancellation);
        await UntilAsync(house, new ServingTarget("d"), 2);
    }

    [Theory, OnEveryEngine]
    public async Task No_request_fails_while_versions_are_swapped_under_load(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.AddVersionAsync("m", 2);
        await house.DeployAsync("d", new DeploymentRoute("m", 1));
        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answered = 0;
            while (!done.IsCancellationRequested)
            {
                var (version, value) = Got(await house.AskAsync(new ServingTarget("d")));
                Assert.Equal(version, (long)value);
                answered++;
            }

            return answered;
        })).ToArray();
        for (var i = 0; i < 10; i++) await RouteAsync(house, 2 - i % 2);
        await done.CancelAsync();
        Assert.All(await Task.WhenAll(callers), answered => Assert.True(answered > 0));
        Assert.Equal(1, Got(await house.AskAsync(new ServingTarget("d"))).Version);
    }

    [Theory, OnEveryEngine]
    public async Task What_was_unloaded_is_out_of_memory_until_it_is_loaded(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.DeployAsync("d", new DeploymentRoute("m"));
        Got(await house.Served.UnloadAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Equal(ErrorCode.Unavailable, (await house.AskAsync(new ServingTarget("d"))).Error?.Code);
        Got(await house.Served.LoadAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Equal((1, 1f), Got(await house.AskAsync(new ServingTarget("d"))));
    }

    [Theory, OnEveryEngine]
    public async Task Only_who_may_deploy_changes_and_only_who_may_view_asks(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.DeployAsync("d", new DeploymentRoute("m"));
        var stranger = Viewer("elsewhere");
        var viewer = Viewer(Scope.DefaultProject);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Predictor.BeginAsync(stranger, new ServingTarget("d"), default)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, house.Served.Versions(stranger, "d").Error?.Code);
        Assert.Empty(house.Served.List(stranger));
        Assert.Single(house.Served.List(viewer));
        Got(await house.Predictor.BeginAsync(viewer, new ServingTarget("d"), default)).Dispose();
        foreach (var caller in new[] { stranger, viewer, Contributor(Scope.DefaultProject) with { Ceiling = Role.Viewer } })
        {
            Assert.Equal(ErrorCode.PermissionDenied, (await house.Deployments.DeleteAsync(caller, "d", default)).Error?.Code);
            Assert.Equal(ErrorCode.PermissionDenied, (await house.Served.UnloadAsync(caller, "d", default)).Error?.Code);
            var made = await house.Deployments.CreateAsync(caller, new NewDeployment("e", [new DeploymentRoute("m")]), default);
            Assert.Equal(ErrorCode.PermissionDenied, made.Error?.Code);
        }
    }

    [Theory]
    [OnEveryEngine("a b")]
    [OnEveryEngine("-a")]
    [OnEveryEngine("a/b")]
    [OnEveryEngine("")]
    public async Task A_name_that_no_address_can_carry_is_refused(DatabaseEngine engine, string name)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        var made = await house.Deployments.CreateAsync(Principal.Local, new NewDeployment(name, [new DeploymentRoute("m")]), default);
        Assert.Equal((ErrorCode.InvalidArgument, "name"), Of(made));
    }

    private static (ErrorCode?, string?) Of<T>(Result<T> result) => (result.Error?.Code, result.Error?.Field);

    private static async Task RouteAsync(ServingHouse house, long version)
    {
        DeploymentRoute[] routes = [new("m", version)];
        await house.SettleAsync(Got(await house.Deployments.RouteAsync(Principal.Local, "d", routes, ServingHouse.Cancellation)));
    }

    private static async Task<long> RollbackAsync(ServingHouse house)
    {
        await house.SettleAsync(Got(await house.Deployments.RollbackAsync(Principal.Local, "d", ServingHouse.Cancellation)));
        return Got(await house.AskAsync(new ServingTarget("d"))).Version;
    }

    private static async Task UntilAsync(ServingHouse house, ServingTarget target, long version)
    {
        while (Got(await house.AskAsync(target)).Version != version) await Task.Yield();
    }
}
