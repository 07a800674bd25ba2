using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Metrics;

/// <summary>The histories of many runs at once, which MLflow's pages draw.</summary>
internal static class ChartHandlers
{
    private const int RunsMax = 100;
    private const int PointsPerRunMax = 2_500;
    private const int BulkPointsMax = 25_000;
    private const string SeeDocs = " See the API docs for more information about request parameters.";

    public static readonly MlflowHandler BulkInterval = Handle.Of(
        static fields =>
        {
            var runs = Runs(fields, "run_ids", SeeDocs, "GetMetricHistoryBulkInterval");
            var key = fields.Required("metric_key");
            var (from, to) = Steps(fields);
            return (Runs: runs, Key: key, From: from, To: to, Points: Points(fields));
        },
        static async (call, request) => MlflowReply.Json(
            await call.Metrics.SampleAsync(
                call.Caller, request.Runs, request.Key, request.From, request.To, request.Points, call.Cancellation),
            (json, series) =>
            {
                if (series.All(static one => one.Points.Count == 0)) return;
                json.WriteStartArray("metrics"u8);
                foreach (var (run, points) in series)
                    foreach (var point in points) MetricJson.Write(json, request.Key, point, run);
                json.WriteEndArray();
            }));

    public static readonly MlflowHandler Bulk = Handle.Of(
        static fields =>
        {
            var runs = Runs(fields, "run_id", "", "GetMetricHistoryBulk");
            if (fields.Text("metric_key") is null)
                fields.Problems.Add(Error.Invalid("GetMetricHistoryBulk request must specify a metric_key.", "metric_key"));
            var points = fields.Long("max_results") ?? BulkPointsMax;
            if (points < 0) fields.Problems.Wrong("max_results", points.ToString(CultureInfo.InvariantCulture), "It must not be negative");
            return (Runs: runs, Key: fields.Text("metric_key") ?? "", Points: (int)Math.Min(points, BulkPointsMax));
        },
        static async (call, request) =>
        {
            var metrics = new List<(RunId Run, MetricPoint Point)>();
            foreach (var run in request.Runs.OrderBy(static run => run.Text, StringComparer.Ordinal))
            {
                var left = request.Points - metrics.Count;
                if (left == 0) break;
                var history = await call.Metrics.HistoryAsync(call.Caller, run, request.Key, new PageRequest(left), call.Cancellation);
                if (!history.TryGet(out var page, out var error)) return error;
                metrics.AddRange(page.Items.Select(point => (run, point)));
            }

            return MlflowReply.Json(metrics, (json, all) =>
            {
                json.WriteStartArray("metrics"u8);
                foreach (var (run, point) in all) MetricJson.Write(json, request.Key, point, run);
                json.WriteEndArray();
            });
        });

    private static IReadOnlyList<RunId> Runs(MlflowFields fields, string name, string seeDocs, string request)
    {
        var runs = fields.Texts(name);
        if (runs.Count == 0 && seeDocs.Length > 0) fields.Problems.Missing(name);
        else if (runs.Count == 0) fields.Problems.Add(Error.Invalid($"{request} request must specify at least one {name}.", name));
        if (runs.Count > RunsMax)
        {
            var limit = seeDocs.Length > 0 ? "must specify at most" : "cannot specify more than";
            fields.Problems.Add(Error.Invalid(
                $"{request} request {limit} {RunsMax} run_ids. Received {runs.Count} run_ids.{seeDocs}", name));
        }

        return [.. runs.Distinct(StringComparer.Ordinal).Select(static run => new RunId(run))];
    }

    private static (long? From, long? To) Steps(MlflowFields fields)
    {
        var from = fields.Long("start_step");
        var to = fields.Long("end_step");
        if (from.HasValue != to.HasValue)
            fields.Problems.Add(Error.Invalid("If either start step or end step are specified, both must be specified.", "start_step"));
        if (from > to)
        {
            fields.Problems.Add(Error.Invalid(
                $"end_step must be greater than start_step. Found start_step={from} and end_step={to}.", "end_step"));
        }

        return (from, to);
    }

    private static int Points(MlflowFields fields)
    {
        var points = fields.Long("max_results") ?? PointsPerRunMax;
        if (points is < 1 or > PointsPerRunMax)
            fields.Problems.Add(Error.Invalid($"max_results must be between 1 and {PointsPerRunMax}.{SeeDocs}", "max_results"));
        return (int)Math.Clamp(points, 1, PointsPerRunMax);
    }
}
