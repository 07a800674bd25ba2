using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weighhouse.Tests.Browser;

/// <summary>What the pages have to show: logged as MLflow's clients log, over HTTP.</summary>
public sealed class World : IDisposable
{
    public const int RunCount = 60;
    public const int Steps = 3_000;
    /// <summary>One point among thousands that no chart may lose.</summary>
    public const double Spike = 9;
    private const int BatchSize = 1_000;

    private readonly HttpClient _http;

    private World(Uri url) => _http = new HttpClient { BaseAddress = url };

    public string Experiment { get; private set; } = "";

    /// <summary>Newest last. The last one is still running; the first has files and a registered model.</summary>
    public List<string> Runs { get; } = [];

    public string FirstRun => Runs[0];

    public string LiveRun => Runs[^1];

    /// <summary>A server to log to, empty as it is.</summary>
    public static World At(Uri url) => new(url);

    public static async Task<World> CreateAsync(Uri url)
    {
        var world = new World(url);
        world.Experiment = (string)(await world.PostAsync("experiments/create", new { name = "digits" }))!["experiment_id"]!;
        for (var i = 0; i < RunCount; i++) world.Runs.Add(await world.AddRunAsync(i));
        await world.AddCurvesAsync(world.FirstRun, spikeAt: 1_234);
        await world.AddCurvesAsync(world.Runs[1], spikeAt: null);
        await world.AddCurvesAsync(world.LiveRun, spikeAt: null);
        await world.AddFilesAsync();
        await world.PostAsync("registered-models/create", new { name = "digits", description = "Recognises **digits**." });
        var source = $"runs:/{world.FirstRun}/model";
        await world.PostAsync("model-versions/create", new { name = "digits", source, run_id = world.FirstRun });
        return world;
    }

    public Task LogAsync(string run, string key, double value, long step) =>
        PostAsync("runs/log-metric", new { run_id = run, key, value, timestamp = 1_790_000_000_000 + step, step });

    public Task FinishAsync(string run) =>
        PostAsync("runs/update", new { run_id = run, status = "FINISHED", end_time = 1_790_010_000_000 });

    public async Task<string> AddRunAsync(int number, string? experiment = null)
    {
        var created = await PostAsync("runs/create", new
        {
            experiment_id = experiment ?? Experiment,
            run_name = string.Create(CultureInfo.InvariantCulture, $"run-{number:00}"),
            user_id = number % 2 == 0 ? "ann" : "wei",
            start_time = 1_790_000_000_000 + number * 60_000L,
        });
        var run = (string)created!["run"]!["info"]!["run_id"]!;
        await PostAsync("runs/log-batch", new
        {
            run_id = run,
            @params = new[] { new { key = "lr", value = number % 2 == 0 ? "0.1" : "0.01" }, new { key = "epochs", value = "20" } },
            tags = new[] { new { key = "team", value = "vision" } },
            metrics = new[] { new { key = "score", value = 1.0 / (number + 1), timestamp = 1_790_000_000_000, step = 0 } },
        });
        if (number < RunCount - 1) await FinishAsync(run);
        return run;
    }

    public void Dispose() => _http.Dispose();

    private async Task AddCurvesAsync(string run, int? spikeAt)
    {
        foreach (var key in new[] { "loss", "val/loss", "accuracy" })
        {
            for (var from = 0; from < Steps; from += BatchSize)
            {
                var points = Enumerable.Range(from, BatchSize).Select(step => new
                {
                    key,
                    value = step == spikeAt && key == "loss" ? Spike : Math.Exp(-step / 600.0) + Math.Sin(step) * 0.02,
                    timestamp = 1_790_000_000_000 + step * 100L,
                    step,
                });
                await PostAsync("runs/log-batch", new { run_id = run, metrics = points });
            }
        }
    }

    private async Task AddFilesAsync()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 500).Select(i => $"{i},\"a, {i}\""));
        await PutAsync("README.md", """
            # Report
            It **works**. <script>alert(1)</script>

            ![roc](plots/roc.svg) [bad](javascript:alert(1))
            """);
        await PutAsync("config.json", """{"lr":0.001,"name":"<b>"}""");
        await PutAsync("table.csv", "id,label\n" + rows);
        await PutAsync("plots/roc.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' width='90'><path d='M0 9L9 0'/></svg>");
        await PutAsync("report.html", "<h1>Report</h1><script>document.title='ran';document.body.dataset.origin=self.origin</script>");
        await PutAsync("model/model.pkl", "\0\0\0\0");
    }

    private async Task PutAsync(string path, string content)
    {
        using var body = new StringContent(content);
        using var answer = await _http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{Experiment}/{FirstRun}/artifacts/{path}", body);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<JsonNode?> PostAsync(string method, object body)
    {
        using var answer = await _http.PostAsJsonAsync($"/api/2.0/mlflow/{method}", body, JsonSerializerOptions.Default);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonNode>();
    }
}
