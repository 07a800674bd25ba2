using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Metrics;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.LoggedModels;

internal static class LoggedModelJson
{
    /// <summary><c>"model": {…}</c></summary>
    public static void WriteMember(Utf8JsonWriter json, LoggedModel model)
    {
        json.WritePropertyName("model"u8);
        Write(json, model);
    }

    public static void Write(Utf8JsonWriter json, LoggedModel model)
    {
        json.WriteStartObject();
        json.WriteStartObject("info"u8);
        json.WriteString("model_id"u8, model.Id.Text);
        json.WriteString("experiment_id"u8, model.Experiment.ToString());
        json.WriteString("name"u8, model.Name);
        json.WriteNumber("creation_timestamp_ms"u8, model.CreatedMs);
        json.WriteNumber("last_updated_timestamp_ms"u8, model.UpdatedMs);
        json.WriteString("artifact_uri"u8, model.ArtifactUri);
        json.WriteString("status"u8, Word(model.Status));
        json.WriteString("model_type"u8, model.ModelType);
        json.WriteString("source_run_id"u8, model.SourceRun?.Text ?? "");
        json.WriteOptional("status_message"u8, model.StatusMessage);
        json.WriteTags("tags"u8, model.Tags);
        json.WriteEndObject();
        json.WriteStartObject("data"u8);
        json.WriteParams("params"u8, model.Params);
        WriteMetrics(json, model);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, LoggedModel model)
    {
        if (model.Metrics.Count == 0) return;
        json.WriteStartArray("metrics"u8);
        foreach (var metric in model.Metrics)
        {
            json.WriteStartObject();
            MetricJson.WriteMembers(json, metric.Key, metric.Point);
            json.WriteOptional("dataset_name"u8, metric.DatasetName);
            json.WriteOptional("dataset_digest"u8, metric.DatasetDigest);
            json.WriteString("model_id"u8, model.Id.Text);
            json.WriteString("run_id"u8, metric.Run.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ReadOnlySpan<byte> Word(LoggedModelStatus status) => status switch
    {
        LoggedModelStatus.Pending => "LOGGED_MODEL_PENDING"u8,
        LoggedModelStatus.Ready => "LOGGED_MODEL_READY"u8,
        LoggedModelStatus.UploadFailed => "LOGGED_MODEL_UPLOAD_FAILED"u8,
        _ => Invariant.Unreachable<byte[]>(status),
    };
}
