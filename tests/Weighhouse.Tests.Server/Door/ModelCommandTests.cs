using System.Text.Json;
using Weighhouse.Onnx.Graphs;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>What docs/guides/models.md does not show: programs' output, and slips with their cure.</summary>
public sealed class ModelCommandTests
{
    [Fact]
    public async Task A_file_is_a_served_model_two_commands_later()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        var file = folder["twice.onnx"];
        await File.WriteAllBytesAsync(
            file, new LayerStack("x", 1).Dense([2], [0]).Output("y", 1).ToModel().ToBytes(), TestContext.Current.CancellationToken);

        var made = await RunAsync(server, "models", "register", "twice", file, "--stage", "staging", "--alias", "a", "-o", "json");
        Assert.Equal(0, made.ExitCode);
        var version = JsonDocument.Parse(made.Output).RootElement;
        Assert.Equal(("twice", "1"), (version.GetProperty("name").GetString(), version.GetProperty("version").GetString()));
        Assert.Equal(("Staging", 1), (version.GetProperty("stage").GetString(), version.GetProperty("fileCount").GetInt32()));
        var served = await RunAsync(server, "deployments", "create", "twice", "--model", "twice@a");
        Assert.Equal((0, "twice answers: twice/1 available"), (served.ExitCode, served.Errors.Trim()));
    }

    [Fact]
    public async Task A_folder_comes_whole_but_for_what_versions_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        foreach (var path in (string[])["m/MLmodel", "m/deep/er/ä 1%2F.bin", "m/.git/config", "m/.weigh/index", "m/.hidden"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            await File.WriteAllTextAsync(folder[path], path, TestContext.Current.CancellationToken);
        }

        var made = await RunAsync(server, "models", "register", "team/odd: name", folder["m"]);
        Assert.Equal((0, "Registered team/odd: name/1, 3 files of 39 B"), (made.ExitCode, LastLine(made.Errors)));
        var shown = await RunAsync(server, "models", "show", "team/odd: name/1", "-o", "json");
        var files = JsonDocument.Parse(shown.Output).RootElement.GetProperty("files").EnumerateArray()
            .Select(static file => file.GetProperty("path").GetString());
        Assert.Equal([".hidden", "MLmodel", "deep/er/ä 1%2F.bin"], files);
        var history = await RunAsync(server, "models", "history", "team/odd: name", "-o", "ndjson");
        Assert.Equal(2, history.Output.Trim().Split('\n').Length);
    }

    [Fact]
    public async Task Slips_are_told_with_their_cure_and_change_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        Directory.CreateDirectory(folder["empty"]);

        await SaysAsync(2, "name a file or a folder", "models", "register", "m");
        await SaysAsync(2, $"There is no file or folder '{folder["absent"]}'.", "models", "register", "m", folder["absent"]);
        await SaysAsync(2, "has no files", "models", "register", "m", folder["empty"]);
        await SaysAsync(2, "PATH and --run cannot be one version", "models", "register", "m", folder["empty"], "--run", "x");
        await SaysAsync(2, "--below is a path of --run or --repository", "models", "register", "m", "--source", "s3://b", "--below", "x");
        Assert.Equal("[]", (await RunAsync(server, "models", "list", "-o", "json")).Output.Trim());

        await SaysAsync(1, "Registered Model with name=m not found", "models", "promote", "m/1", "Production");
        var elsewhere = await RunAsync(server, "models", "register", "m", "--source", "s3://bucket/model");
        Assert.Equal(0, elsewhere.ExitCode);
        Assert.Contains("weigh: it has no files here: The files are elsewhere: s3://bucket/model.", elsewhere.Errors);
        await SaysAsync(2, "Value must be one of None, Staging, Production, Archived", "models", "promote", "m/1", "Live");
        await SaysAsync(2, "--keep-others and --archive-others", "models", "promote", "m/1", "None", "--keep-others", "--archive-others");
        await SaysAsync(1, "no change of stage Production of 'm' left", "models", "rollback", "m", "--stage", "Production");
        await SaysAsync(2, "--stage STAGE or --alias ALIAS", "models", "rollback", "m");
        await SaysAsync(2, "'Live' is not among the stages of --set", "models", "stages", "--set", "A", "B", "C", "--protect", "Live");
        await SaysAsync(2, "at is 'yesterday'; send a time such as 2026-05-03", "as-of", "yesterday");
        await SaysAsync(2, "is later than", "as-of", "2026-05-03", "--until", "2026-05-02");
        await SaysAsync(0, "There were no models.", "as-of", "2020-02-29");

        async Task SaysAsync(int exitCode, string said, params string[] line)
        {
            var outcome = await RunAsync(server, line);
            Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Output));
            Assert.Contains(said, outcome.Errors, StringComparison.Ordinal);
        }
    }

    private static string LastLine(string text) => text.Trim().Split('\n', '\r')[^1];

    private static Task<CommandOutcome> RunAsync(WeighProcess server, params string[] arguments) =>
        WeighProcess.RunAsync([.. arguments, "--url", $"{server.Url}"]);
}
