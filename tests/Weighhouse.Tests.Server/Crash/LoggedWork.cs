using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Weighhouse.Tests.Server.Crash;

/// <summary>
/// One client's work on one run, with a memory of what the server has acknowledged: that, and only that, must survive whatever happens
/// to the server.
/// </summary>
internal sealed class LoggedWork(int worker, int seed)
{
    private const string Api = "/api/2.0/mlflow/";

    private readonly Random _random = new(seed * 1_000 + worker);
    private readonly List<Batch> _acknowledged = [];
    private readonly Dictionary<string, byte[]> _files = [];
    private Batch? _inFlight;
    private string? _run;
    private int _step;

    /// <summary>Works until the server is gone.</summary>
    public async Task RunAsync(HttpClient client)
    {
        try
        {
            _run ??= await CreateRunAsync(client);
            while (true)
            {
                await LogBatchAsync(client);
                if (_random.Next(4) == 0) await PutFileAsync(client);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // The server was killed: what was in flight may or may not be there.
        }
    }

    /// <summary>Everything acknowledged is there, exactly; what was in flight is there whole or not at all.</summary>
    public async Task VerifyAsync(HttpClient client)
    {
        if (_run is null) return;
        var points = await HistoryAsync(client);
        var parameters = await ParametersAsync(client);
        foreach (var batch in _acknowledged)
        {
            for (var i = 0; i < batch.Values.Length; i++)
                Assert.Equal(batch.Values[i], Assert.Contains(batch.FirstStep + i, points));
            Assert.Equal(batch.Parameter, Assert.Contains("p" + batch.FirstStep, parameters));
        }

        if (_inFlight is { } unknown)
        {
            var present = Enumerable.Range(unknown.FirstStep, unknown.Values.Length).Count(step => points.ContainsKey(step));
            Assert.True(
                present == 0 || present == unknown.Values.Length, $"A batch of {unknown.Values.Length} is half there: {present} points.");
            Assert.Equal(present > 0, parameters.ContainsKey("p" + unknown.FirstStep));
            if (present > 0) _acknowledged.Add(unknown);
            _inFlight = null;
        }

        foreach (var (path, content) in _files) Assert.Equal(content, await client.GetByteArrayAsync(path));
    }

    public int AcknowledgedPoints => _acknowledged.Sum(batch => batch.Values.Length);

    private static async Task<string> CreateRunAsync(HttpClient client)
    {
        var answer = await PostAsync(client, "runs/create", """{"experiment_id":"0","start_time":1}""");
        return answer.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
    }

    private async Task LogBatchAsync(HttpClient client)
    {
        var values = new double[_random.Next(1, 200)];
        for (var i = 0; i < values.Length; i++) values[i] = _random.NextDouble();
        var batch = new Batch(_step, values, "v" + _random.Next());
        _step += values.Length;
        var metrics = values.Select((value, i) =>
            string.Create(CultureInfo.InvariantCulture,
                $$"""{"key":"loss","value":{{value:R}},"timestamp":{{batch.FirstStep + i}},"step":{{batch.FirstStep + i}}}"""));
        var body = $$"""{"run_id":"{{_run}}","metrics":[{{string.Join(',', metrics)}}],"params":[{"key":"p{{batch.FirstStep}}","value":"{{batch.Parameter}}"}]}""";
        _inFlight = batch;
        await PostAsync(client, "runs/log-batch", body);
        _acknowledged.Add(batch);
        _inFlight = null;
    }

    private async Task PutFileAsync(HttpClient client)
    {
        var content = new byte[_random.Next(0, 50_000)];
        _random.NextBytes(content);
        var path = $"/api/2.0/mlflow-artifacts/artifacts/0/{_run}/artifacts/f{_step}.bin";
        using var body = new ByteArrayContent(content);
        using var response = await client.PutAsync(new Uri(path, UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        _files[path] = content;
    }

    private async Task<Dictionary<int, double>> HistoryAsync(HttpClient client)
    {
        var points = new Dictionary<int, double>();
        string? token = null;
        do
        {
            var answer = await client.GetFromJsonAsync<JsonElement>(
                $"{Api}metrics/get-history?run_id={_run}&metric_key=loss&max_results=25000"
                + (token is null ? "" : "&page_token=" + Uri.EscapeDataString(token)));
            if (answer.TryGetProperty("metrics", out var metrics))
                foreach (var metric in metrics.EnumerateArray())
                    points[(int)metric.GetProperty("step").GetInt64()] = metric.GetProperty("value").GetDouble();
            token = answer.TryGetProperty("next_page_token", out var next) ? next.GetString() : null;
        }
        while (!string.IsNullOrEmpty(token));
        return points;
    }

    private async Task<Dictionary<string, string>> ParametersAsync(HttpClient client)
    {
        var answer = await client.GetFromJsonAsync<JsonElement>($"{Api}runs/get?run_id={_run}");
        return answer.GetProperty("run").GetProperty("data").TryGetProperty("params", out var parameters)
            ? parameters.EnumerateArray().ToDictionary(p => p.GetProperty("key").GetString()!, p => p.GetProperty("value").GetString()!)
            : [];
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(Api + path, UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private sealed record Batch(int FirstStep, double[] Values, string Parameter);
}
