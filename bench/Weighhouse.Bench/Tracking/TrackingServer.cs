using System.Text;
using System.Text.Json;
using Weighhouse.Bench.Load;

namespace Weighhouse.Bench.Tracking;

/// <summary>The few calls of MLflow's REST API that the benchmark needs; they work on any server that speaks it.</summary>
internal sealed class TrackingServer(Uri url) : IDisposable
{
    private const string Api = "/api/2.0/mlflow/";

    private HttpLine _line = new(url);

    public Uri Url => url;

    public string CreateExperiment(string name) =>
        Read(_line.Send(Post("experiments/create", $$"""{"name":"{{name}}"}"""))).GetProperty("experiment_id").GetString()!;

    public string? FindExperiment(string name)
    {
        var answer = _line.Send(HttpLine.Request(url, "GET", $"{Api}experiments/get-by-name?experiment_name={name}"));
        return answer.Status == 200 ? Read(answer).GetProperty("experiment").GetProperty("experiment_id").GetString() : null;
    }

    /// <summary>Whether it speaks our own API too.</summary>
    public bool IsWeighhouse => _line.Send(HttpLine.Request(url, "GET", "/api/v1/openapi.json")).Status == 200;

    public string CreateRun(string experiment) => CreateRun(_line, experiment, "r", "");

    public string CreateRun(HttpLine line, string experiment, string name, string tags) =>
        Read(line.Send(Post("runs/create",
            $$"""{"experiment_id":"{{experiment}}","start_time":1700000000000,"run_name":"{{name}}","tags":[{{tags}}]}""")))
            .GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;

    public byte[] Post(string path, string json) => HttpLine.Request(url, "POST", Api + path, Encoding.UTF8.GetBytes(json));

    public byte[] PostNative(string path, string json) => HttpLine.Request(url, "POST", "/api/v1/" + path, Encoding.UTF8.GetBytes(json));

    public byte[] Get(string path) => HttpLine.Request(url, "GET", Api + path);

    /// <summary>A log-batch of keys m0, m1 … with so many steps each.</summary>
    public byte[] Batch(string run, int keys, int firstStep, int steps, Func<int, int, double> value)
    {
        var json = new StringBuilder($$"""{"run_id":"{{run}}","metrics":[""");
        for (var key = 0; key < keys; key++)
            for (var step = firstStep; step < firstStep + steps; step++)
                json.Append(
                    $$"""{"key":"m{{key}}","value":{{value(key, step):R}},"timestamp":{{1_700_000_000_000 + step}},"step":{{step}}},""");
        json.Length--;
        return Post("runs/log-batch", json.Append("]}").ToString());
    }

    public Answer Send(byte[] request)
    {
        var answer = _line.Send(request);
        return answer.Status == 200 ? answer : throw new InvalidOperationException($"{answer.Status}: {answer.Text}");
    }

    public static JsonElement Read(Answer answer)
    {
        if (answer.Status != 200) throw new InvalidOperationException($"{answer.Status}: {answer.Text}");
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    /// <summary>After minutes on other connections: the server has closed this one, which was idle.</summary>
    public void Reconnect()
    {
        _line.Dispose();
        _line = new HttpLine(url);
    }

    public void Dispose() => _line.Dispose();
}
