using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>The data catalogue at the terminal.</summary>
public sealed class CatalogueCommandTests
{
    [Fact]
    public async Task Data_is_described_found_shown_and_taken_out()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        var work = Directory.CreateDirectory(folder["work"]).FullName;
        Directory.CreateDirectory(Path.Combine(work, "labels"));
        await File.WriteAllTextAsync(Path.Combine(work, "labels", "train.csv"), "id,label\n1,cat\n2,dog\n");
        await DoneAsync("init", work);
        await DoneAsync("commit", "-C", work, "-m", "First");
        await DoneAsync("remote", "add", "-C", work, "origin", $"{server.Url}repos/digits");
        await DoneAsync("push", "-C", work);

        var set = await RunAsync(
            server, "set", "digits", "labels", "--owner", "ann", "--tag", "vision", "--tag", "v 2", "--fresh-for", "1d", "--description",
            "Street *signs*");
        Assert.Equal((0, "digits/labels is in the catalogue."), (set.ExitCode, set.Errors.Trim()));
        var found = await RunAsync(server, "search", "SIGNS", "street", "--column", "label", "-o", "json");
        var entry = JsonDocument.Parse(found.Output).RootElement[0];
        Assert.Equal(
            ("labels", "ann", "fresh", 86_400_000, 2),
            (
                entry.GetProperty("path").GetString(), entry.GetProperty("owner").GetString(),
                entry.GetProperty("freshness").GetString(), entry.GetProperty("freshForMs").GetInt64(),
                entry.GetProperty("data").GetProperty("schema").GetProperty("rows").GetInt64()));
        Assert.Equal("[]", (await RunAsync(server, "search", "signs", "--column", "lab", "-o", "json")).Output.Trim());

        await DoneAsync("catalogue", "set", "digits", "--owner", "", "--url", $"{server.Url}");
        var listed = await RunAsync(server, "list");
        Assert.Matches(@"(?m)^digits +\. +unstated", listed.Output);
        Assert.Matches(@"(?m)^digits +labels +ann +fresh +[0-9: -]+Z +21 +v 2, vision +Street \*signs\*", listed.Output);
        var shown = await RunAsync(server, "show", "digits", "labels");
        Assert.Matches(@"(?m)^freshness +fresh, expected every 1d$", shown.Output);
        Assert.Matches(@"(?m)^schema +csv of train.csv$", shown.Output);
        Assert.Matches(@"(?m)^columns.label +text$", shown.Output);

        Assert.Equal(0, (await RunAsync(server, "rm", "digits", "labels")).ExitCode);
        var gone = await RunAsync(server, "show", "digits", "labels");
        Assert.Equal(
            (1, "weigh: The catalogue has no entry for 'labels' of repository 'digits'."), (gone.ExitCode, gone.Errors.Trim()));
        var wrong = await RunAsync(server, "set", "digits", "labels", "--fresh-for", "soon");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("'soon' is no period", wrong.Errors, StringComparison.Ordinal);
    }

    private static async Task DoneAsync(params string[] arguments)
    {
        var outcome = await WeighProcess.RunAsync(arguments);
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', arguments)}: {outcome.Errors}");
    }

    private static Task<CommandOutcome> RunAsync(WeighProcess server, params string[] arguments) =>
        WeighProcess.RunAsync(["catalogue", .. arguments, "--url", $"{server.Url}"]);
}
