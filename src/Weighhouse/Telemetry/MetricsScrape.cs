using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Weighhouse.Telemetry;

/// <summary>Answers a scrape. One collection at a time; scrapes that come together share nothing but the wait.</summary>
internal sealed class MetricsScrape : IDisposable
{
    private const int CollectTimeMaxMs = 5_000;
    private const string OpenMetricsType = "application/openmetrics-text";

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly TextExporter _exporter = new();

    public MetricsScrape() => Reader = new BaseExportingMetricReader(_exporter);

    public MetricReader Reader { get; }

    public async Task AnswerAsync(HttpContext context)
    {
        var openMetrics = context.Request.Headers.Accept.ToString().Contains(OpenMetricsType, StringComparison.Ordinal);
        context.RequestServices.GetRequiredService<MeterProvider>();
        string text;
        await _oneAtATime.WaitAsync(context.RequestAborted);
        try
        {
            _exporter.OpenMetrics = openMetrics;
            // A pull exporter answers only when asked through its own delegate, which the reader sets.
            _exporter.Collect?.Invoke(CollectTimeMaxMs);
            text = _exporter.Text;
        }
        finally
        {
            _oneAtATime.Release();
        }

        context.Response.ContentType = openMetrics
            ? OpenMetricsType + "; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    public void Dispose()
    {
        _oneAtATime.Dispose();
        Reader.Dispose();
        _exporter.Dispose();
    }

    [ExportModes(ExportModes.Pull)]
    private sealed class TextExporter : BaseExporter<Metric>, IPullMetricExporter
    {
        public bool OpenMetrics { get; set; }

        public string Text { get; private set; } = "";

        public Func<int, bool>? Collect { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Text = new PrometheusText(OpenMetrics).Render(batch);
            return ExportResult.Success;
        }
    }
}
