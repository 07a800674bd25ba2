using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Tracking.Models;

/// <summary>The native API of logged models and the command line over it, asked of the real program. An MLflow client made the
/// models.</summary>
public sealed class LoggedModelApiTests
{
    private const string Mlflow = "/api/2.0/mlflow/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_logged_model_is_read_with_all_that_was_said_of_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        var run = await AddRunAsync(client);
        var id = await AddModelAsync(client, "net", run, "3", "a");
        await LogAsync(client, run, id, 0.5, "train");

        var model = await client.GetFromJsonAsync<JsonElement>($"/api/v1/logged-models/{id}", Cancellation);

        Assert.Equal(
            (id, "0", "default", "net", "agent", "pending", run),
            (Text(model, "id"), Text(model, "experimentId"), Text(model, "project"), Text(model, "name"), Text(model, "modelType"),
                Text(model, "status"), Text(model, "sourceRunId")));
        Assert.Equal($"mlflow-artifacts:/0/models/{id}/artifacts", Text(model, "artifactUri"));
        Assert.Equal("""{"depth":"3"}""", model.GetProperty("params").GetRawText());
        Assert.Equal("""{"team":"a"}""", model.GetProperty("tags").GetRawText());
        Assert.Equal(
            $$"""[{"key":"acc","value":0.5,"step":1,"timeMs":10,"runId":"{{run}}","datasetName":"train","datasetDigest":"d"}]""",
            model.GetProperty("metrics").GetRawText());
        await RefusedAsync(client, "/api/v1/logged-models/m-0", HttpStatusCode.NotFound, "Logged model with ID 'm-0' not found.");
        await RefusedAsync(client, "/api/v1/runs/nobody/logged-models", HttpStatusCode.NotFound, "Run with id=nobody not found");
    }

    [Fact]
    public async Task Logged_models_are_searched_ordered_and_paged()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        var (run, other) = await AddFiveAsync(client);

        Assert.Equal(["net-0", "net-1", "net-2", "net-3", "net-4"], await ListAsync(client, "logged-models", "order_by=name"));
        Assert.Equal(
            ["net-3", "net-1", "net-0"],
            await ListAsync(
                client, "logged-models", "order_by=attributes.name%20DESC", "tags.team = 'a' or (params.depth = '1' and not name = 'x')"));
        Assert.Equal(["net-4", "net-3"], await ListAsync(client, "logged-models", "experiment=0&order_by=metrics.acc%20DESC&dataset=train",
            "metrics.acc > 0.25"));
        Assert.Equal(
            ["net-0", "net-1", "net-2", "net-3", "net-4"],
            await ListAsync(client, "logged-models", "dataset=test&order_by=metrics.acc%20DESC"));
        Assert.Empty(await ListAsync(client, "logged-models", "dataset=none"));
        Assert.Empty(await ListAsync(client, "logged-models", "experiment=77"));
        Assert.Equal(["net-2", "net-1", "net-0"], await ListAsync(client, $"runs/{run}/logged-models", ""));
        Assert.Equal(["net-4", "net-3"], await ListAsync(client, $"runs/{other}/logged-models", ""));

        await RefusedAsync(
            client, "/api/v1/logged-models?page_size=0", HttpStatusCode.BadRequest, "page_size is 0; it must be from 1 to 1000.");
        await RefusedAsync(
            client, "/api/v1/logged-models?experiment=x", HttpStatusCode.BadRequest,
            "'x' is not an experiment's id: ids are numbers such as 0 or 12.");
        foreach (var query in new[] { "order_by=params.depth", "filter=name", "page_token=abc", "filter=colour%20%3D%20'x'" })
        {
            var answer = await client.GetAsync("/api/v1/logged-models?" + query, Cancellation);
            Assert.True(answer.StatusCode is HttpStatusCode.BadRequest, $"{query}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task The_command_line_lists_and_shows_logged_models()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        var (_, other) = await AddFiveAsync(client);

        var best = await WeighAsync(server, "list", "--dataset", "train", "--order-by", "metrics.acc DESC", "--limit", "2");
        var lines = best.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["ID", "NAME", "STATUS", "CREATED", "RUN", "acc", "(test)", "acc", "(train)"],
            lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["net-4", "net-3"], lines[1..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.Equal(["0.6", "0.4"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2..]);

        var made = JsonDocument.Parse((await WeighAsync(server, "list", "--run", other, "-o", "json")).Output).RootElement;
        Assert.Equal(["net-4", "net-3"], made.EnumerateArray().Select(model => Text(model, "name")));
        var shown = await WeighAsync(server, "show", Text(made[0], "id"));
        Assert.Matches(@"(?m)^metrics\.acc +0\.4 at step 1 on train$", shown.Output);
        var refused = await WeighAsync(server, "list", "--run", other, "--filter", "name = 'x'");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("--run goes with no --filter", refused.Errors, StringComparison.Ordinal);
    }

    private static Task<CommandOutcome> WeighAsync(WeighProcess server, params string[] arguments) =>
        WeighProcess.RunAsync(["logged-models", .. arguments, "--url", server.Url.ToString()]);

    /// <summary>Five models: the first three of one run and the others of another, better on one dataset the worse on the other.</summary>
    private static async Task<(string Run, string Other)> AddFiveAsync(HttpClient client)
    {
        var run = await AddRunAsync(client);
        var other = await AddRunAsync(client);
        for (var i = 0; i < 5; i++)
        {
            var id = await AddModelAsync(client, $"net-{i}", i < 3 ? run : other, $"{i % 2}", i < 2 ? "a" : "b");
            await LogAsync(client, run, id, i / 10.0, "train");
            await LogAsync(client, run, id, (10 - i) / 10.0, "test");
        }

        return (run, other);
    }

    private static async Task<string> AddRunAsync(HttpClient client)
    {
        var made = await PostAsync(client, "runs/create", """{"experiment_id":"0","run_name":"r"}""");
        return Text(made.GetProperty("run").GetProperty("info"), "run_id");
    }

    private static async Task<string> AddModelAsync(HttpClient client, string name, string run, string depth, string team)
    {
        var made = await PostAsync(
            client, "logged-models",
            $$"""
            {"experiment_id":"0","name":"{{name}}","model_type":"agent","source_run_id":"{{run}}",
            "params":[{"key":"depth","value":"{{depth}}"}],"tags":[{"key":"team","value":"{{team}}"}]}
            """);
        return Text(made.GetProperty("model").GetProperty("info"), "model_id");
    }

    private static Task<JsonElement> LogAsync(HttpClient client, string run, string model, double value, string dataset) => PostAsync(
        client, "runs/log-batch",
        $$"""
        {"run_id":"{{run}}","metrics":[{"key":"acc","value":{{value.ToString(CultureInfo.InvariantCulture)}},"timestamp":10,"step":1,
        "model_id":"{{model}}","dataset_name":"{{dataset}}","dataset_digest":"d"}]}
        """);

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, string json)
    {
        var answer = await client.PostAsync(Mlflow + path, new StringContent(json, Encoding.UTF8, "application/json"), Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    /// <summary>The names found, two a page.</summary>
    private static async Task<IReadOnlyList<string>> ListAsync(HttpClient client, string path, string query, string? filter = null)
    {
        var names = new List<string>();
        var token = "";
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>(
                $"/api/v1/{path}?page_size=2&{query}&filter={Uri.EscapeDataString(filter ?? "")}&page_token={Uri.EscapeDataString(token)}",
                Cancellation);
            names.AddRange(page.GetProperty("loggedModels").EnumerateArray().Select(model => Text(model, "name")));
            token = page.TryGetProperty("nextPageToken", out var next) ? next.GetString()! : "";
        }
        while (token.Length > 0);
        return names;
    }

    private static async Task RefusedAsync(HttpClient client, string path, HttpStatusCode status, string message)
    {
        var answer = await client.GetAsync(path, Cancellation);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(message, Text(await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation), "detail"));
    }

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString()!;
}
