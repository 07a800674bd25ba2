using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Browser;

/// <summary>What is deployed: a model that multiplies, with a second version on trial, and one that cannot be loaded.</summary>
public sealed class ServedWorld : IDisposable
{
    private const int Requests = 400;

    private readonly HttpClient _http;

    private ServedWorld(Uri url) => _http = new HttpClient { BaseAddress = url };

    public static async Task<ServedWorld> CreateAsync(Uri url)
    {
        var world = new ServedWorld(url);
        await world.PostAsync("/api/2.0/mlflow/registered-models/create", new { name = "multiply" });
        // An experiment of its own: what other pages show of theirs stays what it is.
        var made = await world.PostAsync("/api/2.0/mlflow/experiments/create", new { name = "served" });
        var experiment = (string)made!["experiment_id"]!;
        var run = await world.PostAsync("/api/2.0/mlflow/runs/create", new { experiment_id = experiment, run_name = "served" });
        var id = (string)run!["run"]!["info"]!["run_id"]!;
        foreach (var factor in new[] { 2, 3 }) await world.AddVersionAsync(experiment, id, $"times-{factor}", Multiply(factor));
        await world.AddVersionAsync(experiment, id, "no-model", "no model"u8.ToArray());
        await world.DeployAsync("multiply", 1);
        await world.DeployAsync("broken", 3);
        await world.PostAsync(
            "/api/v1/deployments/multiply/canary",
            new { candidate = new { model = "multiply", version = 2 }, stepRequests = 1_000_000 });
        for (var i = 0; i < Requests; i++) await world.AskAsync("multiply");
        return world;
    }

    /// <summary>A deployment of a test's own.</summary>
    public Task DeployAsync(string name, int version) => PostAsync(
        "/api/v1/deployments?wait_seconds=60", new { name, routes = new[] { new { model = "multiply", version } } });

    public async Task<double> AskAsync(string deployment)
    {
        var answer = await PostAsync($"/v1/models/{deployment}:predict", new { instances = new[] { new[] { 1.0 } } });
        return (double)answer!["predictions"]![0]![0]!;
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Multiply(float factor) =>
        new LayerStack("x", 1).Dense([factor], [0]).Output("y", 1).ToModel().ToBytes();

    private async Task AddVersionAsync(string experiment, string run, string folder, byte[] onnx)
    {
        using var body = new ByteArrayContent(onnx);
        using var stored = await _http.PutAsync(
            $"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{folder}/model.onnx", body);
        stored.EnsureSuccessStatusCode();
        await PostAsync(
            "/api/2.0/mlflow/model-versions/create", new { name = "multiply", source = $"runs:/{run}/{folder}", run_id = run });
    }

    private async Task<JsonNode?> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, JsonSerializerOptions.Default);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonNode>();
    }
}
