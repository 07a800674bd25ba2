using System.Net;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Crash;

/// <summary>A disk that fills up under the real server: refused clearly, nothing damaged, and well again when there is room.</summary>
public sealed class FullDiskTests
{
    private const int DiskMegabytes = 32;
    private const int StatusOfStorageFull = 507;

    [Fact]
    public async Task A_full_disk_refuses_new_facts_keeps_the_old_and_heals_when_there_is_room()
    {
        using var disk = new SmallDisk(DiskMegabytes);
        Assert.SkipUnless(disk.IsMounted, SmallDisk.WhyAbsent);
        await using var server = await WeighProcess.StartAsync(disk["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        var run = (await PostAsync(client, "runs/create", """{"experiment_id":"0","start_time":1}""")).Json
            .GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await LogAsync(client, run, "before")).Status);
        disk.Fill("ballast");

        var refused = await FillDatabaseAsync(client, run);
        var refusedFile = await PutAsync(client, run, 4_000_000);

        Assert.Equal(StatusOfStorageFull, (int)refused.Status);
        Assert.Equal("RESOURCE_EXHAUSTED", refused.Json.GetProperty("error_code").GetString());
        Assert.Equal(StatusOfStorageFull, (int)refusedFile);
        Assert.Contains("before", await ParametersAsync(client, run));

        File.Delete(disk["ballast"]);
        Assert.Equal(HttpStatusCode.OK, (await LogAsync(client, run, "after")).Status);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(client, run, 1_000_000));
        Assert.Equal(0, await server.StopAsync());

        await using var again = await WeighProcess.StartAsync(disk["data"]);
        using var second = new HttpClient { BaseAddress = again.Url };
        var parameters = await ParametersAsync(second, run);
        Assert.Contains("before", parameters);
        Assert.Contains("after", parameters);
    }

    [Fact]
    public async Task A_read_only_disk_is_refused_at_start()
    {
        using var disk = new SmallDisk(DiskMegabytes);
        Assert.SkipUnless(disk.IsMounted, SmallDisk.WhyAbsent);
        disk.MakeReadOnly();

        var outcome = await WeighProcess.RunAsync(["up", "--data", disk["data"], "--port", "0", "--grpc-port", "off"]);

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("read-only", outcome.Errors, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Logs until the database can grow no more: its files have some slack of their own.</summary>
    private static async Task<(HttpStatusCode Status, JsonElement Json)> FillDatabaseAsync(HttpClient client, string run)
    {
        for (var turn = 0; turn < 2_000; turn++)
        {
            var answer = await LogAsync(client, run, $"filler{turn}");
            if (answer.Status is not HttpStatusCode.OK) return answer;
        }

        throw new InvalidOperationException("The disk never filled up.");
    }

    private static Task<(HttpStatusCode Status, JsonElement Json)> LogAsync(HttpClient client, string run, string key) => PostAsync(
        client, "runs/log-batch", $$"""{"run_id":"{{run}}","params":[{"key":"{{key}}","value":"{{new string('x', 5_000)}}"}]}""");

    private static async Task<HttpStatusCode> PutAsync(HttpClient client, string run, int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        using var body = new ByteArrayContent(content);
        using var answer = await client.PutAsync(
            new Uri($"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/f{bytes}", UriKind.Relative), body);
        return answer.StatusCode;
    }

    private static async Task<string[]> ParametersAsync(HttpClient client, string run)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync($"/api/2.0/mlflow/runs/get?run_id={run}"));
        return [.. document.RootElement.GetProperty("run").GetProperty("data").GetProperty("params").EnumerateArray()
            .Select(parameter => parameter.GetProperty("key").GetString()!)];
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/api/2.0/mlflow/" + path, UriKind.Relative), content);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
