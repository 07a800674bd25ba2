using System.Buffers;
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Weighhouse.Telemetry;

/// <summary>Renders collected metrics as Prometheus text 0.0.4 or OpenMetrics 1.0.
/// https://prometheus.io/docs/instrumenting/exposition_formats/</summary>
internal sealed class PrometheusText(bool openMetrics)
{
    private readonly StringBuilder _text = new();

    public string Render(Batch<Metric> metrics)
    {
        foreach (var metric in metrics) Add(metric);
        if (openMetrics) _text.Append("# EOF\n");
        return _text.ToString();
    }

    private void Add(Metric metric)
    {
        var isCounter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var name = NameOf(metric, isCounter);
        var family = isCounter && openMetrics ? name[..^"_total".Length] : name;
        _text.Append("# TYPE ").Append(family).Append(' ').Append(TypeOf(metric)).Append('\n');
        if (metric.Description.Length > 0)
            _text.Append("# HELP ").Append(family).Append(' ')
                .Append(metric.Description.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (metric.MetricType is MetricType.Histogram) AddHistogram(name, point);
            else AddSample(name, point.Tags, null, ValueOf(metric, point));
        }
    }

    private static string TypeOf(Metric metric) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static double ValueOf(Metric metric, in MetricPoint point) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private void AddHistogram(string name, in MetricPoint point)
    {
        long cumulative = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            cumulative += bucket.BucketCount;
            AddSample(name + "_bucket", point.Tags, double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound),
                cumulative);
        }

        AddSample(name + "_sum", point.Tags, null, point.GetHistogramSum());
        AddSample(name + "_count", point.Tags, null, point.GetHistogramCount());
    }

    private void AddSample(string name, ReadOnlyTagCollection tags, string? bound, double value)
    {
        _text.Append(name);
        var separator = '{';
        foreach (var tag in tags)
        {
            _text.Append(separator).Append(Clean(tag.Key)).Append("=\"").Append(Escape(tag.Value)).Append('"');
            separator = ',';
        }

        if (bound is not null)
        {
            _text.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }

        if (separator is ',') _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>The unit and, for counters, "total" belong at the end of a name: http.server.request.duration in s becomes
    /// http_server_request_duration_seconds.</summary>
    private static string NameOf(Metric metric, bool isCounter)
    {
        var name = Clean(metric.Name);
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", "ms" => "_milliseconds", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static string Clean(string name) =>
        name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? string.Create(name.Length, name, (span, source) =>
            {
                for (var i = 0; i < span.Length; i++) span[i] = NameCharacters.Contains(source[i]) ? source[i] : '_';
            })
            : name;

    private static string Escape(object? value) =>
        Convert.ToString(value, CultureInfo.InvariantCulture)?.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") ?? "";

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
