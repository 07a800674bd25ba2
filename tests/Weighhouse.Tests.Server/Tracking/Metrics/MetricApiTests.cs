using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Tracking.Metrics;

/// <summary>The native API of metrics, asked of the real program over HTTP.</summary>
public sealed class MetricApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_batch_logs_is_read_as_history_chart_and_event()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        var run = await CreateRunAsync(client);
        using var events = new StreamReader(await client.GetStreamAsync($"/api/v1/runs/{run}/events", Cancellation));
        Assert.Equal("retry: 2000", await NextLineAsync(events));

        var logged = await PostAsync(client, $"/api/v1/runs/{run}/batch",
            """
            {"metrics":[{"key":"val/loss","value":0.5,"step":0,"timeMs":10},{"key":"val/loss","value":"NaN","step":"1","timeMs":11},
            {"key":"val/loss","value":-1e-3,"step":2,"timeMs":12},{"key":"val/loss","value":"Infinity","step":3}],
            "params":{"lr":"0.1"},"tags":{"team":"a"},"unknown":[{"x":[1]}]}
            """);

        Assert.Equal(HttpStatusCode.NoContent, logged.StatusCode);
        Assert.Equal("event: metrics", await NextLineAsync(events));
        Assert.Equal($$"""data: {"run":"{{run}}","keys":["val/loss"]}""", await NextLineAsync(events));
        var first = await client.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}/metrics/val/loss?page_size=3", Cancellation);
        Assert.Equal(
            """[{"value":0.5,"step":0,"timeMs":10},{"value":"NaN","step":1,"timeMs":11},{"value":-0.001,"step":2,"timeMs":12}]""",
            first.GetProperty("points").GetRawText());
        var token = Uri.EscapeDataString(first.GetProperty("nextPageToken").GetString()!);
        var rest = await client.GetFromJsonAsync<JsonElement>(
            $"/api/v1/runs/{run}/metrics/val/loss?page_size=3&page_token={token}", Cancellation);
        Assert.Equal("Infinity", rest.GetProperty("points")[0].GetProperty("value").GetString());
        Assert.False(rest.TryGetProperty("nextPageToken", out _));

        var frame = Frame.Read(await client.GetByteArrayAsync($"/api/v1/metrics/envelope?run={run}&key=val/loss&buckets=50", Cancellation));
        Assert.Equal((0, 1L, 4, 4L, 3), (frame.Axis, frame.Width, frame.BucketCount, frame.Series[0].PointCount, frame.Series[0].Flags));
    }

    [Fact]
    public async Task Many_charts_and_sparklines_come_in_one_answer()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        var run = await CreateRunAsync(client);
        await PostAsync(client, $"/api/v1/runs/{run}/batch", """{"metrics":[{"key":"a","value":1,"step":5},{"key":"b","value":2}]}""");

        var charts = await FramesAsync(client, "/api/v1/metrics/envelopes",
            $$"""
            {"charts":[
            {"series":[{"run":"{{run}}","key":"a"},{"run":"{{run}}","key":"b"}],"axis":"step","from":null,"to":null,"buckets":1200},
            {"series":[{"run":"{{run}}","key":"b"}],"axis":"wall"}]}
            """);
        var sparklines = await FramesAsync(
            client, "/api/v1/metrics/sparklines", $$"""{"runs":["{{run}}"],"keys":["b","a"],"buckets":24}""");

        Assert.Equal([2, 1], charts.Select(frame => frame.Series.Count));
        Assert.Equal([0, 1], charts.Select(frame => frame.Axis));
        Assert.Equal([2.0, 1.0], sparklines.Select(frame => frame.Series[0].Last));
    }

    [Theory]
    [InlineData("not json", "The body is not the JSON expected")]
    [InlineData("[]", "The body is not a JSON object.")]
    [InlineData("{\"metrics\":[{\"key\":\"a\",\"value\":1}]}{}", "The body is not the JSON expected")]
    [InlineData("{\"metrics\":3}", "metrics is not an array.")]
    [InlineData("{\"metrics\":[3]}", "metrics[0] is not an object.")]
    [InlineData("{\"metrics\":[{\"key\":\"a\",\"value\":1},{\"value\":1}]}", "metrics[1] has no key.")]
    [InlineData("{\"metrics\":[{\"key\":\"a\"}]}", "metrics[0] has no value.")]
    [InlineData("{\"metrics\":[{\"key\":7,\"value\":1}]}", "metrics[0].key is not a string.")]
    [InlineData("{\"metrics\":[{\"key\":\"a\",\"value\":1e999}]}", "metrics[0].value is not a number")]
    [InlineData("{\"metrics\":[{\"key\":\"a\",\"value\":\"high\"}]}", "metrics[0].value is not a number")]
    [InlineData("{\"metrics\":[{\"key\":\"a\",\"value\":1,\"step\":1.5}]}", "metrics[0].step is not a whole number")]
    [InlineData("{\"metrics\":[{\"key\":\"a\",\"value\":1,\"step\":9223372036854775808}]}", "metrics[0].step is not a whole number")]
    [InlineData("{\"metrics\":[{\"key\":\"\\ud800\",\"value\":1}]}", "The body has a string that is not Unicode")]
    [InlineData("{\"params\":{\"a\":1}}", "params['a'] is not a string.")]
    [InlineData("{\"params\":{\"a\":\"1\",\"a\":\"2\"}}", "Duplicate parameter keys")]
    [InlineData("{\"metrics\":[{\"key\":\"a\",\"value\":1,\"timeMs\":-1}]}", "Invalid value -1 for parameter 'metrics[0].timestamp'")]
    public async Task A_bad_batch_is_a_problem_that_says_where(string body, string detail)
    {
        await using var house = await MetricsHouse.StartAsync(Data.DatabaseEngine.Sqlite);
        var run = await house.AddRunAsync();

        var read = Weighhouse.Tracking.Metrics.Endpoints.BatchBody.Read(Encoding.UTF8.GetBytes(body), 1);
        var error = read.Error ?? (await house.TryLogAsync(run, read.Value)).Error;

        Assert.Equal(Kernel.ErrorCode.InvalidArgument, error?.Code);
        Assert.StartsWith(detail, error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_are_problems()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        var run = await CreateRunAsync(client);

        await ExpectAsync(client.GetAsync("/api/v1/runs/absent/metrics/loss", Cancellation), 404);
        await ExpectAsync(client.GetAsync("/api/v1/runs/absent/events", Cancellation), 404);
        await ExpectAsync(client.GetAsync("/api/v1/experiments/999/events", Cancellation), 404);
        await ExpectAsync(client.GetAsync("/api/v1/experiments/x/events", Cancellation), 400);
        await ExpectAsync(client.GetAsync($"/api/v1/runs/{run}/metrics/loss?page_token=nonsense", Cancellation), 400);
        await ExpectAsync(client.GetAsync($"/api/v1/runs/{run}/metrics/loss?page_size=25001", Cancellation), 400);
        await ExpectAsync(client.GetAsync($"/api/v1/metrics/envelope?run={run}&key=a&axis=sideways", Cancellation), 400);
        await ExpectAsync(client.GetAsync($"/api/v1/metrics/envelope?run={run}&key=a&from=soon", Cancellation), 400);
        await ExpectAsync(client.GetAsync($"/api/v1/metrics/envelope?run={run}&run={run}&run={run}&key=a&key=b", Cancellation), 400);
        await ExpectAsync(PostAsync(client, "/api/v1/metrics/envelopes", """{"charts":[]}"""), 400);
        await ExpectAsync(PostAsync(client, "/api/v1/metrics/envelopes", """{"charts":[null]}"""), 400);
        await ExpectAsync(PostAsync(client, "/api/v1/metrics/envelopes", """{"charts":[{"series":[{"run":null}]}]}"""), 400);
        await ExpectAsync(PostAsync(client, "/api/v1/metrics/sparklines", """{"runs":[null],"keys":["a"]}"""), 400);
        await ExpectAsync(PostAsync(client, "/api/v1/runs/absent/batch", "{}"), 404);
        Assert.DoesNotContain("fail:", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_an_experiment_name_the_run_and_its_status_and_end_with_the_server()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        var run = await CreateRunAsync(client);
        using var events = new StreamReader(await client.GetStreamAsync("/api/v1/experiments/0/events", Cancellation));
        Assert.Equal("retry: 2000", await NextLineAsync(events));

        await PostAsync(client, $"/api/v1/runs/{run}/batch", """{"tags":{"team":"b"}}""");

        Assert.Equal("event: run", await NextLineAsync(events));
        Assert.Equal($$"""data: {"run":"{{run}}"}""", await NextLineAsync(events));
        Assert.Equal(0, await server.StopAsync());
        Assert.Null(await NextLineAsync(events));
    }

    private static async Task<string> CreateRunAsync(HttpClient client)
    {
        using var created = await client.PostAsJsonAsync("/api/v1/runs", new { name = "test" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return (await created.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString()!;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string json) =>
        client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), Cancellation);

    private static async Task ExpectAsync(Task<HttpResponseMessage> answering, int status)
    {
        using var answer = await answering;
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, JsonDocument.Parse(body).RootElement.GetProperty("status").GetInt32());
    }

    private static async Task<List<Frame>> FramesAsync(HttpClient client, string path, string json)
    {
        using var answer = await PostAsync(client, path, json);
        using var reader = new BinaryReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var frames = new List<Frame>();
        while (reader.BaseStream.Position < answer.Content.Headers.ContentLength)
        {
            var length = reader.ReadInt32();
            Assert.Equal(0, reader.ReadInt32());
            frames.Add(Frame.Read(reader.ReadBytes(length)));
        }

        return frames;
    }

    /// <summary>The next line that says something; null at the end.</summary>
    private static async Task<string?> NextLineAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Cancellation) is { } line)
            if (line.Length > 0 && line[0] != ':') return line;
        return null;
    }
}
