using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Evaluation;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry.Gates;

public sealed class EvaluationGateTests
{
    private readonly KnownEvidence _evidence = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task The_end_of_the_interval_has_to_keep_the_bound_and_not_the_figure(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "metric, measure: accuracy, at_least: 0.9, data: {path: rows.csv}");
        var version = await VersionAsync(house);
        await RefusedAsync(house, version, "could not be decided: there is no evaluation of m/1 on rows.csv that this server ran");
        Evaluate(version, KnownEvidence.Share("accuracy", 0.99, 0.98, 1), isOurs: false);
        await RefusedAsync(house, version, "there is no evaluation of m/1");
        Evaluate(version, KnownEvidence.Share("accuracy", 0.95, 0.899, 0.97));
        await RefusedAsync(
            house, version,
            "gate 'g' failed: accuracy is 0.95, and the lower end of its 95 % interval (wilson) is 0.899; at least 0.9 is asked");
        Evaluate(version, new Measure("accuracy", 0.95, "too few rows", null, null, true));
        await RefusedAsync(house, version, "could not be decided: accuracy has no interval: too few rows");
        Evaluate(version, KnownEvidence.Share("recall", 0.95, 0.92, 0.97));
        await RefusedAsync(house, version, "could not be decided: the evaluation has no accuracy");
        Evaluate(version, KnownEvidence.Share("accuracy", 0.93, 0.9, 0.97));
        await EntersAsync(house, version);
        var run = Got(await house.Gates.ListAsync(Principal.Local, version.Id, new PageRequest(1), Cancellation)).Items[0];
        var figure = Assert.Single(run.Figures);
        Assert.Equal((0.93, 0.9, 0.97, 0.9), (figure.Value, figure.Low, figure.High, figure.Bound));
        Assert.Equal($"{5:x32}", run.Inputs["evaluation"]);
    }

    [Theory, OnEveryEngine]
    public async Task An_upper_bound_is_held_against_the_upper_end_and_every_slice_counts(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "metric, measure: loss, at_most: 0.2, slices: country, brought: true");
        var version = await VersionAsync(house);
        var good = KnownEvidence.Share("loss", 0.1, 0.05, 0.2);
        Evaluate(version, good, isOurs: false);
        await RefusedAsync(house, version, "the evaluation has no slices of country");
        Slice[] slices =
        [
            new("country", "country = FR", 50, [KnownEvidence.Share("loss", 0.19, 0.1, 0.21)]), new("country", "country = MT", 2, []),
            new("age", "age = old", 50, [KnownEvidence.Share("loss", 0.9, 0.8, 1)]),
        ];
        _evidence.Add(version.Commit!.Id, 1, false, report => report with { Measures = [good], Slices = slices });
        await RefusedAsync(
            house, version, "loss of country = FR is 0.19, and the upper end of its 95 % interval (wilson) is 0.21; at most 0.2 is asked; "
            + "slices too small to tell: 1");
        slices[0] = new Slice("country", "country = FR", 50, [good]);
        _evidence.Add(version.Commit.Id, 1, false, report => report with { Measures = [good], Slices = slices });
        await EntersAsync(house, version);
    }

    [Theory, OnEveryEngine]
    public async Task A_challenger_is_held_against_the_champion_of_the_moment_on_the_same_rows(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "compare, measure: roc_auc, at_least: -0.01");
        var first = await VersionAsync(house);
        await EntersAsync(house, first);
        var second = await VersionAsync(house);
        await RefusedAsync(house, second, "there is no evaluation of m/2 on any rows");
        Evaluate(second, KnownEvidence.Share("roc_auc", 0.9, 0.8, 1));
        _evidence.Add(first.Commit!.Id, 2, true, static report => report);
        await RefusedAsync(house, second, "there is no evaluation of m/1 on the rows that m/2 was evaluated on");
        _evidence.Add(first.Commit.Id, 1, true, static report => report);
        await RefusedAsync(house, second, "there is no paired test of roc_auc");
        _evidence.Paired = Paired(0.02, -0.011, 0.05, isHigherBetter: true);
        await RefusedAsync(
            house, second, "gate 'g' failed: roc_auc is better than that of m/1 by 0.02, and the lower end of the 95 % interval (delong "
            + "paired, p = 0.2) is -0.011; at least -0.01 is asked");
        // Of a loss, less is better: the upper end of its difference is what counts, turned round.
        _evidence.Paired = Paired(-0.02, -0.05, 0.011, isHigherBetter: false);
        _evidence.Add(second.Commit!.Id, 1, true, static report => report);
        await RefusedAsync(house, second, "by 0.02, and the lower end of the 95 % interval (delong paired, p = 0.2) is -0.011");
        _evidence.Paired = Paired(-0.02, -0.05, 0.01, isHigherBetter: false);
        _evidence.Add(second.Commit.Id, 1, true, static report => report);
        Assert.Empty(Got(await house.Gates.RunAsync(Principal.Local, second.Id, "Production", false, Cancellation)).Problems);

        // Another champion makes it another question.
        Got(await house.Promotions.OverrideAsync(
            Principal.Local, (await VersionAsync(house)).Id, "Production", true, "in a hurry", Cancellation));
        var checks = Got(await house.Gates.CheckAsync(Principal.Local, second.Id, "Production", Cancellation));
        Assert.Equal(
            "gate 'g' was run against version 1, but version 3 is in Production now: run it again", Assert.Single(checks.Problems));
        await RefusedAsync(house, second, "there is no evaluation of m/3");
    }

    [Theory, OnEveryEngine]
    public async Task Groups_have_to_be_treated_alike_for_all_that_chance_may_hide(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, "fairness, group: sex, measure: selection_rate, ratio_at_least: 0.8");
        var version = await VersionAsync(house);
        Evaluate(version, KnownEvidence.Share("accuracy", 0.9, 0.8, 1));
        await RefusedAsync(house, version, "the evaluation has no groups of sex");
        AddGap(version, null);
        await RefusedAsync(house, version, "the groups of sex cannot be compared by selection_rate: 2 have fewer than 30 rows");
        AddGap(version, new MeasureBounds(0.7, 0.95, 0.95, "katz"));
        await RefusedAsync(house, version, "selection_rate ratio of f and m is 0.85, and the lower end of its 95 % interval (katz) is 0.7");
        AddGap(version, new MeasureBounds(0.8, 0.95, 0.95, "katz"));
        await EntersAsync(house, version);
    }

    private void AddGap(ModelVersion version, MeasureBounds? ratio)
    {
        GroupGap[] gaps = ratio is null ? [] : [new("selection_rate", "f", "m", 0.1, null, 0.85, ratio, 0.5)];
        _evidence.Add(
            version.Commit!.Id, 1, true,
            report => report with { Groups = [new GroupComparison("sex", 30, ratio is null ? 2 : 0, [], gaps, null)] });
    }

    private async Task<RegistryHouse> StartAsync(DatabaseEngine engine, string gate)
    {
        var house = await RegistryHouse.StartAsync(
            engine, add: services => services.AddSingleton<IEvaluationEvidence>(_evidence));
        await house.AddModelAsync("m");
        await GateTests.RulesAsync(house, $"gates: {{g: {{kind: {gate}}}}}\nstages: {{Production: {{gates: [g]}}}}");
        return house;
    }

    private static async Task<ModelVersion> VersionAsync(RegistryHouse house) => await house.AddVersionAsync("m");

    private void Evaluate(ModelVersion version, Measure measure, bool isOurs = true) =>
        _evidence.Add(version.Commit!.Id, 1, isOurs, report => report with { Measures = [measure] });

    private static PairedOutcome Paired(double difference, double low, double high, bool isHigherBetter) =>
        new("roc_auc", "delong paired", difference, new MeasureBounds(low, high, 0.95, "delong"), 0.2, null, isHigherBetter);

    private static async Task EntersAsync(RegistryHouse house, ModelVersion version) =>
        Got(await house.Versions.MoveAsync(Principal.Local, version.Id, "Production", true, Cancellation));

    private static async Task RefusedAsync(RegistryHouse house, ModelVersion version, string why)
    {
        var refused = await house.Versions.MoveAsync(Principal.Local, version.Id, "Production", true, Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.Contains(why, refused.Error!.Message);
    }
}
