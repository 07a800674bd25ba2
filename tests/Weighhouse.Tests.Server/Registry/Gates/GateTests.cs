using System.IO.Pipelines;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tracking;
using Weighhouse.Trust.Signing;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry.Gates;

public sealed class GateTests
{
    private const string Evil = "cos\nsystem\n(S'true'\ntR.";

    private static readonly Principal Ann = new(PrincipalKind.User, "ann", [new Grant(Role.Contributor, Scope.Model("default", "m"))]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task What_would_run_on_loading_is_refused_with_the_finding_and_where_to_see_it(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var bad = await VersionOfAsync(house, ("model/model.pkl", Bytes(Evil)));
        var good = await VersionOfAsync(house, ("model/config.json", Bytes("{}")));
        await RulesAsync(house, "gates: {clean: {kind: scan}}\nstages: {Production: {gates: [clean], aliases: [live]}}");

        var refused = await house.Versions.MoveAsync(Principal.Local, bad, "production", null, Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.StartsWith(
            "Version m/1 may not enter stage Production. gate 'clean' failed: 1 of 1 files are not safe, and 0 may be (model.pkl: ",
            refused.Error!.Message);
        Assert.EndsWith("See all at /api/v1/models/m/versions/1/checks?stage=Production.", refused.Error.Message);
        foreach (var alias in (string[])["Production", "production", "live"])
        {
            var named = await house.Models.SetAliasAsync(Principal.Local, bad, alias, Cancellation);
            Assert.Contains("gate 'clean' failed", named.Error?.Message);
        }

        Got(await house.Versions.MoveAsync(Ann, bad, "Staging", null, Cancellation));
        Assert.Equal("Production", Got(await house.Versions.MoveAsync(Ann, good, "Production", null, Cancellation)).Stage);
        Got(await house.Models.SetAliasAsync(Ann, good, "live", Cancellation));

        var checks = Got(await house.Gates.CheckAsync(Ann, bad, "Production", Cancellation));
        var state = Assert.Single(checks.Gates);
        Assert.Equal((GateVerdict.Failed, RulesOrigin.Model), (state.Run!.Verdict, state.Gate.Origin));
        Assert.Equal(1, state.Run.Figures.Single(static figure => figure.Name == "unsafe files").Value);
        // The same inputs are not looked at twice, unless somebody insists; each look is kept.
        Got(await house.Gates.RunAsync(Ann, bad, "Production", isForced: false, Cancellation));
        Assert.Single(await RunsAsync(house, bad));
        var again = Got(await house.Gates.RunAsync(Ann, bad, "Production", isForced: true, Cancellation));
        var runs = await RunsAsync(house, bad);
        Assert.Equal(2, runs.Count);
        Assert.Equal(runs[0].Id, again.Gates[0].Run!.Id);
        Assert.Equal((runs[1].Message, runs[1].Definition), (runs[0].Message, runs[0].Definition));
        Assert.Equal(runs[1].Inputs, runs[0].Inputs);
        Assert.Equal(runs[1].Figures, runs[0].Figures);
    }

    [Theory, OnEveryEngine]
    public async Task A_version_adds_rules_of_its_own_and_takes_none_away(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        await RulesAsync(house, "gates: {ours: {kind: external, reporters: [local]}}\nstages: {Production: {gates: [ours]}}");
        var file = "gates: {own: {kind: external, reporters: [local]}}\nstages: {production: {gates: [own]}}";
        var version = await VersionOfAsync(house, ("model/gates.yaml", Bytes(file)));
        var broken = await VersionOfAsync(house, ("model/gates.yaml", Bytes("stages: {Production: {gates: [none]}}")));

        var checks = Got(await house.Gates.CheckAsync(Ann, version, "Production", Cancellation));
        Assert.Equal(
            [("ours", RulesOrigin.Model), ("own", RulesOrigin.File)],
            checks.Gates.Select(static state => (state.Gate.Name, state.Gate.Origin)));
        Assert.Equal(
            ["gate 'ours' waits for a report of local", "gate 'own' waits for a report of local"], checks.Problems);
        await ReportAsync(house, version, "ours", true);
        await RefusedAsync(house, version, "gate 'own' waits");
        await ReportAsync(house, version, "own", true);
        Got(await house.Versions.MoveAsync(Ann, version, "Production", null, Cancellation));

        var shut = await house.Versions.MoveAsync(Principal.Local, broken, "Staging", null, Cancellation);
        Assert.Contains("The file gates.yaml of m/2 cannot be used", shut.Error?.Message);
        Assert.Contains("there is no gate 'none' below gates", shut.Error?.Message);
    }

    [Theory, OnEveryEngine]
    public async Task A_check_elsewhere_is_told_by_whom_the_gate_names_and_by_nobody_else(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var version = (await house.AddVersionAsync("m")).Id;
        await RulesAsync(house, "gates: {load test: {kind: external, reporters: [ann]}}\nstages: {Production: {gates: [load test]}}");
        var report = new GateReport(false, "p95 is 41 ms; at most 30 may be", [new("p95_ms", 41, Bound: 30)], "https://ci.example/7");

        var denied = await house.Gates.ReportAsync(Principal.Local, version, "load test", report, Cancellation);
        Assert.Equal(ErrorCode.PermissionDenied, denied.Error?.Code);
        Assert.Equal(
            ErrorCode.NotFound, (await house.Gates.ReportAsync(Ann, version, "other", report, Cancellation)).Error?.Code);
        Got(await house.Gates.ReportAsync(Ann, version, "load test", report, Cancellation));
        var refused = await house.Versions.MoveAsync(Principal.Local, version, "Production", null, Cancellation);
        Assert.Contains("gate 'load test' failed: p95 is 41 ms; at most 30 may be", refused.Error?.Message);
        Got(await house.Gates.ReportAsync(Ann, version, "load test", report with { Passed = true }, Cancellation));
        Got(await house.Versions.MoveAsync(Ann, version, "Production", null, Cancellation));
        Assert.Equal([GateVerdict.Passed, GateVerdict.Failed], (await RunsAsync(house, version)).Select(static run => run.Verdict));
    }

    [Theory, OnEveryEngine]
    public async Task A_stage_that_asks_for_signatures_takes_what_a_trusted_key_signed_and_nothing_else(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        using var key = SigningKey.Create();
        using var other = SigningKey.Create();
        var weights = Bytes("weights");
        var signed = await VersionOfAsync(house, ("model/w.bin", weights), ("model/model.sig", Sign(key, weights)));
        var unsigned = await VersionOfAsync(house, ("model/w.bin", weights));
        var changed = await VersionOfAsync(house, ("model/w.bin", Bytes("Weights")), ("model/model.sig", Sign(key, weights)));
        var more = await VersionOfAsync(
            house, ("model/w.bin", weights), ("model/x.bin", weights), ("model/model.sig", Sign(key, weights)));
        var strange = await VersionOfAsync(house, ("model/w.bin", weights), ("model/model.sig", Sign(other, weights)));
        await RulesAsync(house, Keys(key, "") + "stages: {Production: {require_signature: true}}");

        await RefusedAsync(house, unsigned, "m/2 is not signed");
        await RefusedAsync(house, changed, "w.bin: ");
        await RefusedAsync(house, more, "x.bin: ");
        await RefusedAsync(house, strange, "gate 'signature' failed: its signature does not hold");
        Got(await house.Versions.MoveAsync(Ann, signed, "Production", false, Cancellation));
        Got(await house.Versions.MoveAsync(Ann, signed, "Staging", false, Cancellation));

        // A key that was lost counts no more, also for what it signed before; it is another gate, so nothing has been run.
        await RulesAsync(house, Keys(key, "    revoked: 2026-01-01T00:00Z\n") + "stages: {Production: {require_signature: true}}");
        await RefusedAsync(house, signed, "was revoked on 2026-01-01");
    }

    [Theory, OnEveryEngine]
    public async Task Lineage_asks_for_the_commit_of_the_data_and_for_clean_code(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var data = (await house.AddVersionAsync("m")).Commit!.Id;
        await RulesAsync(house, "gates: {known: {kind: lineage, require: [data, code, clean]}}\nstages: {Production: {gates: [known]}}");
        var run = Got(await house.Runs.CreateAsync(Principal.Local, new NewRun(new ExperimentId(0)), Cancellation)).Info.Id;
        var version = Got(await house.Versions.CreateAsync(Principal.Local, new NewModelVersion("m", "s3://b/m", run), Cancellation)).Id;

        await RefusedAsync(house, version, "no commit of the data it was trained on is known");
        await RefusedAsync(house, version, "the commit of its code is not known");
        await TagAsync(house, run, "mlflow.source.git.commit", "4f6c");
        await RefusedAsync(house, version, "nobody said whether its code was as it was committed");
        await TagAsync(house, run, "mlflow.source.git.dirty", "True");
        await RefusedAsync(house, version, "its code was changed after commit 4f6c");
        await TagAsync(house, run, "mlflow.source.git.dirty", "False");
        await InputAsync(house, run, $"repos:/m-model/{new Digest(new byte[32])}/old/train.csv");
        await RefusedAsync(house, version, "no commit of the data it was trained on is known");
        await InputAsync(house, run, $"repos:/m-model/{data}/train.csv");
        Got(await house.Versions.MoveAsync(Ann, version, "Production", null, Cancellation));
        var passed = (await RunsAsync(house, version))[0];
        Assert.Equal((data.ToString(), "4f6c", "false"), (passed.Inputs["data"], passed.Inputs["git.commit"], passed.Inputs["git.dirty"]));
    }

    [Theory, OnEveryEngine]
    public async Task Rules_that_mean_nothing_are_refused_with_every_line_that_is_wrong(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        const string Text = """
            gates:
              clean: {kind: scan, alow: [x]}
              odd: {kind: magic}
              signed: {kind: signature}
            stages:
              Production: {gates: [clear], approvals: -1, four_eyes: maybe}
            """;
        var refused = await house.Gates.SetRulesAsync(Principal.Local, "default", "m", Text, Cancellation);
        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        foreach (var line in (string[])
            [
                "line 2: gates.clean: alow means nothing here", "line 3: gates.odd: kind is 'magic'",
                "line 4: gates.signed: a signature needs keys", "line 6: stages.Production: there is no gate 'clear'",
                "approvals must be a whole number from 0 to 20, not '-1'", "four_eyes must be true or false, not 'maybe'",
            ]) Assert.Contains(line, refused.Error!.Message);
        foreach (var (wrong, told) in ((string, string)[])
            [
                ("stages: {Live: {approvals: 1}}", "'Live' is none"), ("stages: {Archived: {approvals: 1}}", "'Archived' is none"),
                ("a: &x 1\nb: *x", "aliases"), ("stages: [", "not YAML"), ("---\n---\n", "more than one"),
                ("[1]", "names and what belongs"),
            ])
        {
            var error = (await house.Gates.SetRulesAsync(Principal.Local, "default", "m", wrong, Cancellation)).Error;
            Assert.Equal(ErrorCode.InvalidArgument, error?.Code);
            Assert.Contains(told, error!.Message);
        }

        Assert.Equal("", Got(await house.Gates.RulesAsync(Ann, "default", "m", Cancellation)).Text);
        Assert.Equal(
            ErrorCode.PermissionDenied, (await house.Gates.SetRulesAsync(Ann, "default", "m", "", Cancellation)).Error?.Code);
        Assert.Equal(
            ErrorCode.PermissionDenied, (await house.Gates.SetRulesAsync(Ann, "default", null, "", Cancellation)).Error?.Code);
    }

    internal static async Task<ModelVersionId> VersionOfAsync(RegistryHouse house, params (string Path, byte[] Content)[] files)
    {
        var run = Got(await house.Runs.CreateAsync(Principal.Local, new NewRun(new ExperimentId(0)), Cancellation));
        Assert.True(house.Artifacts.PathOf(run.Info.ArtifactUri).TryGet(out var root, out _));
        foreach (var (path, content) in files)
        {
            Assert.True(root.Append(path).TryGet(out var target, out _));
            Got(await house.Artifacts.PutAsync(Principal.Local, target, PipeReader.Create(new MemoryStream(content)), Cancellation));
        }

        return (await house.AddVersionAsync("m", $"{run.Info.ArtifactUri}/model")).Id;
    }

    internal static async Task RulesAsync(RegistryHouse house, string text) =>
        Got(await house.Gates.SetRulesAsync(Principal.Local, "default", "m", text, Cancellation));

    private static async Task RefusedAsync(RegistryHouse house, ModelVersionId version, string why)
    {
        var refused = await house.Versions.MoveAsync(Ann, version, "Production", false, Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.Contains(why, refused.Error!.Message);
    }

    private static async Task ReportAsync(RegistryHouse house, ModelVersionId version, string gate, bool hasPassed) =>
        Got(await house.Gates.ReportAsync(Principal.Local, version, gate, new GateReport(hasPassed, "seen", [], null), Cancellation));

    private static async Task<IReadOnlyList<GateRun>> RunsAsync(RegistryHouse house, ModelVersionId version) =>
        Got(await house.Gates.ListAsync(Ann, version, new PageRequest(100), Cancellation)).Items;

    private static async Task TagAsync(RegistryHouse house, RunId run, string key, string value) =>
        Got(await house.Runs.SetTagAsync(Principal.Local, run, new Tag(key, value), Cancellation));

    private static async Task InputAsync(RegistryHouse house, RunId run, string source) =>
        Got(await house.Runs.LogInputsAsync(
            Principal.Local, run, [new DatasetInput(new Dataset("train", source[^20..], "repository", source, null, null), [])], [],
            Cancellation));

    private static string Keys(SigningKey key, string more) =>
        $"keys:\n  - name: release\n    pem: |\n{Indented(key.PublicPem)}{more}";

    private static string Indented(string pem) =>
        string.Concat(pem.Trim().Split('\n').Select(static line => $"      {line.Trim()}\n"));

    private static byte[] Sign(SigningKey key, byte[] content) => Bytes(
        Got(ModelSigner.Sign("m", [new Trust.Signing.ModelFile("w.bin", () => new MemoryStream(content))], key, [], Cancellation)).Bundle);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
