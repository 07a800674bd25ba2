using System.Net.Http.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.TestKit;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry.Gates;

/// <summary>
/// Doors see nothing of the registry but its contract, so its methods are all the ways there are. Each one is named here: who adds a method
/// says whether it leads into a stage.
/// </summary>
public sealed class WaysIntoAStageTests
{
    private const string Rules =
        "gates: {ci: {kind: external, reporters: [ci]}}\nstages: {Production: {gates: [ci], approvals: 1, aliases: [live]}}";

    private const string Refusal = "gate 'ci' waits for a report of ci";

    private static readonly Principal Admin = Principal.Local;

    private static readonly string[] NoWays =
    [
        "IModelVersions.CreateAsync", "IModelVersions.GetAsync", "IModelVersions.GetByAliasAsync", "IModelVersions.LatestAsync",
        "IModelVersions.ListAsync", "IModelVersions.SearchAsync", "IModelVersions.DescribeAsync", "IModelVersions.DeleteAsync",
        "IModelVersions.SetTagAsync", "IModelVersions.DeleteTagAsync", "IRegisteredModels.CreateAsync", "IRegisteredModels.GetAsync",
        "IRegisteredModels.SearchAsync", "IRegisteredModels.RenameAsync", "IRegisteredModels.DescribeAsync",
        "IRegisteredModels.DeleteAsync",
        "IRegisteredModels.SetTagAsync", "IRegisteredModels.DeleteTagAsync", "IRegisteredModels.DeleteAliasAsync", "IPromotions.AskAsync",
        "IPromotions.GetAsync", "IPromotions.ListAsync", "IPromotions.ReviewAsync", "IPromotions.WithdrawAsync", "IGates.RulesAsync",
        "IGates.SetRulesAsync", "IGates.CheckAsync", "IGates.RunAsync", "IGates.ReportAsync", "IGates.ListAsync", "IStages.GetAsync",
        "IStages.SetAsync",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Each leads there by itself; an override is meant to, and is refused to all but administrators.</summary>
    private static Dictionary<string, Func<RegistryHouse, ModelVersionId, long, Task<Error?>>> Ways => new()
    {
        ["IModelVersions.MoveAsync"] = async (house, id, _) =>
            (await house.Versions.MoveAsync(Admin, id, "production", null, Cancellation)).Error,
        ["IModelVersions.RollbackStageAsync"] = async (house, _, _) =>
            (await house.Versions.RollbackStageAsync(Admin, "m", "Production", Cancellation)).Error,
        ["IRegisteredModels.SetAliasAsync"] = async (house, id, _) =>
            (await house.Models.SetAliasAsync(Admin, id, "PRODUCTION", Cancellation)).Error,
        ["IRegisteredModels.RollbackAliasAsync"] = async (house, _, _) =>
            (await house.Models.RollbackAliasAsync(Admin, "m", "live", Cancellation)).Error,
        ["IPromotions.PromoteAsync"] = async (house, _, request) =>
            (await house.Promotions.PromoteAsync(Admin, request, Cancellation)).Error,
        ["IPromotions.OverrideAsync"] = async (house, id, _) =>
            (await house.Promotions.OverrideAsync(Someone, id, "Production", null, "because", Cancellation)).Error,
    };

    private static Principal Someone =>
        new(PrincipalKind.User, "someone", [new Grant(Role.Deployer, Scope.Server), new Grant(Role.Approver, Scope.Server)]);

    [Fact]
    public void Every_method_of_the_contract_is_known_to_lead_into_a_stage_or_not_to()
    {
        Type[] contracts = [typeof(IModelVersions), typeof(IRegisteredModels), typeof(IPromotions), typeof(IGates), typeof(IStages)];
        var methods = contracts.SelectMany(static contract => contract.GetMethods().Select(method => $"{contract.Name}.{method.Name}"))
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(NoWays.Concat(Ways.Keys).Order(StringComparer.Ordinal), methods);
    }

    [Theory, OnEveryEngine]
    public async Task No_method_of_the_contract_leads_a_version_past_its_gates(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var version = (await house.AddVersionAsync("m")).Id;
        var other = (await house.AddVersionAsync("m")).Id;
        // It was there, and had its alias, before anybody asked for anything, and has failed since: even the way back is shut.
        Got(await house.Versions.MoveAsync(Admin, version, "Production", null, Cancellation));
        Got(await house.Models.SetAliasAsync(Admin, version, "live", Cancellation));
        Got(await house.Models.SetAliasAsync(Admin, other, "live", Cancellation));
        Got(await house.Versions.MoveAsync(Admin, other, "Production", true, Cancellation));
        await GateTests.RulesAsync(house, Rules.Replace("[ci]}}\n", "[ci, local]}}\n", StringComparison.Ordinal));
        Got(await house.Gates.ReportAsync(Admin, version, "ci", new GateReport(false, "it leaks", [], null), Cancellation));
        var request = Got(await house.Promotions.AskAsync(
            Admin, new NewPromotionRequest(version, "Production", "again"), Cancellation)).Number;

        foreach (var (name, way) in Ways)
        {
            var error = await way(house, version, request);
            Assert.True(error is not null, $"{name} led into the stage");
            Assert.Contains(name is "IPromotions.OverrideAsync" ? "lacks the permission" : "gate 'ci' failed: it leaks", error.Message);
            var found = Got(await house.Versions.GetAsync(Admin, version, Cancellation));
            Assert.Equal(("Archived", 0), (found.Stage, found.Aliases.Count));
        }

        // A copy begins at the beginning, and a ref is moved by nobody but the registry.
        var copy = await house.AddVersionAsync("m", "models:/m/2");
        Assert.Equal("None", copy.Stage);
        foreach (var name in (string[])["stages/Production/v1", "aliases/live"])
        {
            var update = new RefUpdate([new RefChange(name, null, copy.Commit!.Id)], "by hand");
            Assert.True((await house.Refs.UpdateAsync(Admin, "m-model", update, Cancellation)).IsFailure);
        }
    }

    [Fact]
    public async Task No_protocol_leads_a_version_past_its_gates()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        await SendAsync(client, HttpMethod.Post, "/api/v1/models", new { name = "m" }, null);
        await SendAsync(client, HttpMethod.Post, "/api/v1/models/m/versions", new { source = "s3://b/m" }, null);
        await SendAsync(client, HttpMethod.Put, "/api/v1/models/m/rules", new { text = Rules }, null);
        await SendAsync(
            client, HttpMethod.Post, "/api/v1/promotion-requests",
            new { name = "m", version = 1, stage = "Production", reason = "try" }, null);

        await SendAsync(client, HttpMethod.Post, "/api/v1/models/m/versions/1/stage", new { stage = "Production" }, Refusal);
        await SendAsync(client, HttpMethod.Put, "/api/v1/models/m/aliases/production", new { version = 1 }, Refusal);
        await SendAsync(client, HttpMethod.Put, "/api/v1/models/m/aliases/live", new { version = 1 }, Refusal);
        await SendAsync(client, HttpMethod.Post, "/api/v1/promotion-requests/1/promote", null, Refusal);
        foreach (var root in (string[])["/api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/2.0/mlflow", "/ajax-api/3.0/mlflow"])
        {
            var move = new { name = "m", version = "1", stage = "Production", archive_existing_versions = true };
            await SendAsync(client, HttpMethod.Post, $"{root}/model-versions/transition-stage", move, Refusal);
            foreach (var alias in (string[])["Production", "live"])
            {
                await SendAsync(
                    client, HttpMethod.Post, $"{root}/registered-models/alias", new { name = "m", alias, version = "1" }, Refusal);
            }
        }

        foreach (var arguments in (string[][])[["promote", "m/1", "Production"], ["alias", "m/1", "live"]])
        {
            var said = await WeighProcess.RunAsync([.. (string[])["models", .. arguments], "--url", server.Url.ToString()]);
            Assert.NotEqual(0, said.ExitCode);
            Assert.Contains(Refusal, said.Errors);
        }

        var found = await client.GetStringAsync("/api/v1/models/m/versions/1", Cancellation);
        Assert.Contains("\"stage\":\"None\"", found);
        Assert.DoesNotContain("live", found);
    }

    /// <param name="refusal">What the answer has to say; null when it has to be a success.</param>
    private static async Task SendAsync(HttpClient client, HttpMethod method, string path, object? body, string? refusal)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode == refusal is null, $"{method} {path}: {(int)answer.StatusCode} {text}");
        if (refusal is not null) Assert.Contains(refusal, text.Replace("\\u0027", "'", StringComparison.Ordinal));
    }
}
