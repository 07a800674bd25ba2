using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>What docs/guides/promote-models.md does not show: refusals, programs' output, and slips with their cure.</summary>
public sealed class GateCommandTests
{
    [Fact]
    public async Task A_version_enters_when_nothing_stands_in_the_way_or_an_administrator_says_so()
    {
        using var folder = new TemporaryFolder();
        await using var server = await StartAsync(folder, "stages: {Production: {approvals: 1, four_eyes: false}}");

        var refused = await RunAsync(server, "models", "promote", "m/1", "Production");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("needs one person to approve", refused.Errors, StringComparison.Ordinal);
        var check = await RunAsync(server, "models", "check", "m/1", "Production", "-o", "json");
        var (answer, told) = (check.ExitCode, JsonDocument.Parse(check.Output).RootElement);
        Assert.Equal((1, false, 1), (answer, told.GetProperty("mayEnter").GetBoolean(), told.GetProperty("approvalsRequired").GetInt32()));

        await SaysAsync(server, 0, "Request 1: m/1 to Production; open until", "requests", "create", "m", "Production", "--reason", "good");
        await SaysAsync(server, 0, "Request 1 is open", "requests", "comment", "1", "--comment", "which rows?");
        await SaysAsync(server, 0, "Request 1 is rejected", "requests", "reject", "1", "--comment", "too few");
        await SaysAsync(server, 0, "No open requests.", "requests", "list");
        await SaysAsync(server, 0, "Request 2: m/1", "requests", "create", "m/1", "Production", "--reason", "more rows");
        await SaysAsync(server, 0, "Request 2 is withdrawn", "requests", "withdraw", "2");
        var all = await RunAsync(server, "requests", "list", "--state", "all", "--model", "m", "-o", "json");
        Assert.Equal(
            ["withdrawn", "rejected"],
            JsonDocument.Parse(all.Output).RootElement.EnumerateArray().Select(static asked => asked.GetProperty("state").GetString()));

        await SaysAsync(
            server, 0, "m/1 is in Production; the audit log and the model's history say that you overrode its rules", "models", "override",
            "m/1", "Production", "--reason", "the old one answers nonsense");
        var history = await RunAsync(server, "models", "history", "m", "--limit", "2", "-o", "json");
        Assert.Contains("version.override", history.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_are_read_set_and_cleared_and_a_slip_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        const string Rules = "stages: {Production: {approvals: 1}}";
        await using var server = await StartAsync(folder, Rules);
        var rules = folder["wrong.yaml"];
        await File.WriteAllTextAsync(rules, "gates:\n  a: {kind: nope}\n", TestContext.Current.CancellationToken);

        await SaysAsync(server, 2, "line 2: gates.a: kind is 'nope'", "models", "rules", "m", "--set", rules);
        Assert.Equal(Rules, (await RunAsync(server, "models", "rules", "m")).Output.Trim());
        await SaysAsync(server, 2, "--set and --clear cannot both be", "models", "rules", "m", "--set", rules, "--clear");
        await SaysAsync(server, 2, "a model has its project", "models", "rules", "m", "--project", "default");
        await SaysAsync(server, 2, "there is no file", "models", "rules", "m", "--set", folder["absent"]);
        await SaysAsync(server, 0, "The rules of m are revision 2", "models", "rules", "m", "--clear");
        await SaysAsync(server, 0, "Nothing is asked.", "models", "rules", "m");
        await SaysAsync(server, 0, "m/1 may enter Production", "models", "check", "m/1", "Production");
        await SaysAsync(server, 1, "There is no promotion request 7.", "requests", "show", "7");
    }

    private static async Task<WeighProcess> StartAsync(TemporaryFolder folder, string rules)
    {
        var server = await WeighProcess.StartAsync(folder["data"]);
        var (model, file) = (folder["config.json"], folder["rules.yaml"]);
        await File.WriteAllTextAsync(model, "{}", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, rules, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync(server, "models", "register", "m", model)).ExitCode);
        Assert.Equal(0, (await RunAsync(server, "models", "rules", "m", "--set", file)).ExitCode);
        return server;
    }

    private static async Task SaysAsync(WeighProcess server, int exitCode, string said, params string[] line)
    {
        var outcome = await RunAsync(server, line);
        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(said, outcome.Errors, StringComparison.Ordinal);
    }

    private static Task<CommandOutcome> RunAsync(WeighProcess server, params string[] arguments) =>
        WeighProcess.RunAsync([.. arguments, "--url", $"{server.Url}"]);
}
