using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>What the forms of a model's page leave unsaid is decided where it is decided for everybody.</summary>
public sealed partial class ModelFormTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task A_stage_that_archives_others_does_so_unless_the_form_says_it_too()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        for (var version = 1; version <= 3; version++)
        {
            await File.WriteAllTextAsync(folder["model.bin"], $"{version}", Cancellation);
            await RunAsync(server, "register", "m", folder["model.bin"]);
        }

        using var http = new HttpClient { BaseAddress = server.Url };
        var page = await http.GetStringAsync("/models/m", Cancellation);
        var token = Token().Match(page).Groups["token"].Value;
        await MoveAsync(http, token, 1);
        await MoveAsync(http, token, 2);
        Assert.Equal(["Archived", "Production", "None"], await StagesAsync(server));
        await MoveAsync(http, token, 3, new KeyValuePair<string, string>("archive", "1"));
        Assert.Equal(["Archived", "Archived", "Production"], await StagesAsync(server));
    }

    private static async Task MoveAsync(HttpClient http, string token, int version, params KeyValuePair<string, string>[] more)
    {
        using var form = new FormUrlEncodedContent([new("__token", token), new("stage", "Production"), .. more]);
        using var answer = await http.PostAsync($"/models/m/versions/{version}/stage", form, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<List<string?>> StagesAsync(WeighProcess server)
    {
        var stages = new List<string?>();
        for (var version = 1; version <= 3; version++)
        {
            var shown = JsonDocument.Parse(await RunAsync(server, "show", $"m/{version}", "-o", "json")).RootElement;
            stages.Add(shown.GetProperty("version").GetProperty("stage").GetString());
        }

        return stages;
    }

    private static async Task<string> RunAsync(WeighProcess server, params string[] arguments)
    {
        var ran = await WeighProcess.RunAsync(["models", .. arguments, "--url", $"{server.Url}"]);
        Assert.True(ran.ExitCode == 0, ran.Errors);
        return ran.Output;
    }

    [GeneratedRegex("name=\"__token\" value=\"(?<token>[0-9a-f]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Token();
}
