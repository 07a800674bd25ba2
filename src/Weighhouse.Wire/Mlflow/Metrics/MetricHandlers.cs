using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Metrics;

internal static class MetricHandlers
{
    private const int HistoryDefault = 25_000;
    private const int HistoryMax = 100_000;

    public static async ValueTask<MlflowReply> LogMetric(MlflowCall call)
    {
        if (!(await call.ReadBodyAsync()).TryGet(out var body, out var error)) return error;
        if (MetricReader.TryReadMetric(body.Span, out var run, out var sample))
            return await LogOneAsync(call, (run, new RunBatch([sample], [], [])));
        return call.Bind(body).TryGet(out var fields, out error)
            ? await Handle.RunAsync(call, fields, static one => (one.Run(), new RunBatch([Sample(one)], [], [])), LogOneAsync)
            : error;
    }

    public static async ValueTask<MlflowReply> LogBatch(MlflowCall call)
    {
        if (!(await call.ReadBodyAsync()).TryGet(out var body, out var error)) return error;
        if (MetricReader.TryReadBatch(body.Span, call.Options.ListLengthMax, out var run, out var batch))
            return await LogAsync(call, (run, batch));
        return call.Bind(body).TryGet(out var fields, out error)
            ? await Handle.RunAsync(call, fields, static all => (all.Run(), Batch(all)), LogAsync)
            : error;
    }

    public static readonly MlflowHandler History = Handle.Of(
        static fields => (Run: fields.Run(), Key: fields.Required("metric_key"), Page: HistoryPage(fields)),
        static async (call, request) => PageReply<MetricPoint>.Of(
            "metrics",
            await call.Metrics.HistoryAsync(call.Caller, request.Run, request.Key, request.Page, call.Cancellation),
            (json, point) => MetricJson.Write(json, request.Key, point)));

    internal static RunBatch Batch(MlflowFields fields) =>
        new(fields.Items("metrics", Sample), fields.Params("params"), fields.Tags("tags"));

    internal static MetricSample Sample(MlflowFields fields)
    {
        var key = fields.Required("key");
        var point = new MetricPoint(fields.RequiredDouble("value"), fields.RequiredLong("timestamp"), fields.Long("step") ?? 0);
        var model = fields.TextOrNull("model_id");
        return new MetricSample(
            key,
            point,
            model is null ? null : new LoggedModelId(model),
            fields.TextOrNull("dataset_name"),
            fields.TextOrNull("dataset_digest"));
    }

    /// <summary>A request for one thing names its fields without a place in a list.</summary>
    public static async ValueTask<MlflowReply> LogOneAsync(MlflowCall call, (RunId Run, RunBatch Batch) request)
    {
        var logged = await call.Metrics.LogBatchAsync(call.Caller, request.Run, request.Batch, call.Cancellation);
        return logged.Error is { } error
            ? error with
            {
                Message = error.Message.Replace("'metrics[0].", "'", StringComparison.Ordinal)
                    .Replace("'params[0].", "'", StringComparison.Ordinal),
            }
            : MlflowReply.Empty;
    }

    private static async ValueTask<MlflowReply> LogAsync(MlflowCall call, (RunId Run, RunBatch Batch) request) =>
        MlflowReply.Done(await call.Metrics.LogBatchAsync(call.Caller, request.Run, request.Batch, call.Cancellation));

    /// <summary>Zero is absent to protobuf. A larger page than there is gives the largest: the token leads on.</summary>
    private static PageRequest HistoryPage(MlflowFields fields)
    {
        var size = fields.Long("max_results") ?? 0;
        if (size < 0) fields.Problems.Wrong("max_results", size.ToString(CultureInfo.InvariantCulture), "It must be a positive integer");
        return new PageRequest(size <= 0 ? HistoryDefault : (int)Math.Min(size, HistoryMax), fields.TextOrNull("page_token"));
    }
}
