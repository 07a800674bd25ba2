using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Serving;

public sealed class BatchingTests
{
    private static readonly BatchPolicy Policy = new(64, DelayMs: 1, PreferredRows: [8, 32], ObjectiveMs: 20);

    [Theory, OnEveryEngine]
    public async Task Requests_for_a_real_model_share_runs_once_the_deployment_asks_for_it(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 3);
        await house.DeployAsync("d", new DeploymentRoute("m"));
        var batched = Got(await house.Deployments.BatchAsync(
            Principal.Local, "d", new BatchPolicy(32, DelayMs: 10_000), ServingHouse.Cancellation));
        await house.SettleAsync(batched);
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => house.AskAsync(new ServingTarget("d"), i)));
        Assert.Equal(Enumerable.Range(0, 64).Select(static i => 3f * i), answers.Select(static answer => Got(answer).Value));
        var statistics = Assert.Single(Got(house.Served.Statistics(Principal.Local, "d", 1)));
        Assert.Equal((64, 2), (statistics.InferenceCount, statistics.ExecutionCount));
    }

    [Theory, OnEveryEngine]
    public async Task Batching_is_kept_by_a_change_of_routes_and_taken_back_by_a_rollback(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.AddVersionAsync("m", 2);
        await house.DeployAsync("d", new DeploymentRoute("m", 1));
        Got(await house.Deployments.BatchAsync(Principal.Local, "d", Policy, ServingHouse.Cancellation));
        Got(await house.Deployments.RouteAsync(Principal.Local, "d", [new DeploymentRoute("m", 2)], ServingHouse.Cancellation));
        Assert.Equal(Policy, await PolicyAsync(house));
        var back = Got(await house.Deployments.RollbackAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Equal((1, Policy), (Assert.Single(back.Routes).Version, back.Batch));
        Got(await house.Deployments.RollbackAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Null(await PolicyAsync(house));
    }

    [Theory]
    [OnEveryEngine("rows_max", 0, 0, 0)]
    [OnEveryEngine("rows_max", 100_000, 0, 0)]
    [OnEveryEngine("delay_ms", 8, -1, 0)]
    [OnEveryEngine("timeout_ms", 8, 5, 5)]
    [OnEveryEngine("preferred_rows", 8, 0, 0, 4, 4)]
    [OnEveryEngine("preferred_rows", 8, 0, 0, 4, 9)]
    public async Task A_policy_that_cannot_be_followed_is_refused_by_field(
        DatabaseEngine engine, string field, int rows, int delay, int timeout, int first = 1, int second = 2)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.DeployAsync("d", new DeploymentRoute("m"));
        var policy = new BatchPolicy(rows, delay, [first, second], TimeoutMs: timeout);
        var refused = await house.Deployments.BatchAsync(Principal.Local, "d", policy, ServingHouse.Cancellation);
        Assert.Equal((ErrorCode.InvalidArgument, field), (refused.Error?.Code, refused.Error?.Field));
    }

    [Theory, OnEveryEngine]
    public async Task Histories_from_before_batching_can_be_rolled_back(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 1);
        await house.AddVersionAsync("m", 2);
        await house.DeployAsync("d", new DeploymentRoute("m", 1));
        Got(await house.Deployments.RouteAsync(Principal.Local, "d", [new DeploymentRoute("m", 2)], ServingHouse.Cancellation));
        const string Older = """[{"model":"m","version":1,"weight":1}]""";
        await house.Get<IDatabase>().WriteAsync<Done>(async session =>
        {
            // As the rows were, and then what the migration does to them.
            await session.Prepare(Sql("UPDATE serving_deployment_events SET before_json = NULL, after_json = @older"))
                .Bind("older", Older).ExecuteAsync();
            foreach (var statement in Migration(engine).Split(';').Where(static text => text.Contains("UPDATE", StringComparison.Ordinal)))
                await session.Prepare(Sql(statement)).ExecuteAsync();
            return Done.Value;
        }, ServingHouse.Cancellation);
        var back = Got(await house.Deployments.RollbackAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Equal((1, null), (Assert.Single(back.Routes).Version, back.Batch));
    }

    private static SqlText Sql(string text) => new("older", text, text);

    private static string Migration(DatabaseEngine engine)
    {
        var name = engine is DatabaseEngine.PostgreSql ? "0003_batching.pg.sql" : "0003_batching.sql";
        var assembly = typeof(ServingModule).Assembly;
        var resource = assembly.GetManifestResourceNames().Single(found => found.EndsWith(name, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    private static async Task<BatchPolicy?> PolicyAsync(ServingHouse house) =>
        Got(await house.Deployments.GetAsync(Principal.Local, "d", ServingHouse.Cancellation)).Batch;
}
