using System.Net.Http.Headers;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Telemetry;

/// <summary>What /metrics says, as Prometheus' own tool reads it.</summary>
public sealed class ScrapeTests
{
    private static readonly ExternalTool Promtool = ExternalTool.Find("promtool", "prometheus");

    [Fact]
    public async Task Prometheus_reads_the_metrics_without_a_complaint()
    {
        Assert.SkipWhen(Promtool.IsAbsent, Promtool.WhyAbsent);
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        await client.GetStringAsync("/ready");
        var text = await client.GetStringAsync("/metrics");

        var verdict = await Promtool.RunAsync(["check", "metrics"], text);

        Assert.Contains("http_server_request_duration_seconds_bucket", text, StringComparison.Ordinal);
        // promtool's lint has opinions on names that OpenTelemetry's conventions fix; what cannot be parsed exits with 1.
        Assert.True(verdict.ExitCode is 0 or 3, verdict.Errors + verdict.Output);
    }

    [Fact]
    public async Task OpenMetrics_is_spoken_when_asked_for()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = server.Url };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/openmetrics-text"));

        using var answer = await client.GetAsync("/metrics");

        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("# EOF\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
