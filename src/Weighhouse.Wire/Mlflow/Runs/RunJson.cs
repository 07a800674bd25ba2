using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Metrics;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Runs;

internal static class RunJson
{
    /// <summary><c>"run": {…}</c></summary>
    public static void WriteMember(Utf8JsonWriter json, Run run)
    {
        json.WritePropertyName("run"u8);
        Write(json, run);
    }

    public static void Write(Utf8JsonWriter json, Run run)
    {
        json.WriteStartObject();
        json.WritePropertyName("info"u8);
        WriteInfo(json, run.Info);
        WriteData(json, run);
        WriteInputs(json, run);
        WriteOutputs(json, run.ModelOutputs);
        json.WriteEndObject();
    }

    public static void WriteInfo(Utf8JsonWriter json, RunInfo info)
    {
        json.WriteStartObject();
        json.WriteString("run_uuid"u8, info.Id.Text);
        json.WriteString("experiment_id"u8, info.Experiment.ToString());
        json.WriteString("run_name"u8, info.Name);
        json.WriteString("user_id"u8, info.User);
        json.WriteString("status"u8, Word(info.Status));
        json.WriteNumber("start_time"u8, info.StartMs);
        if (info.EndMs is { } end) json.WriteNumber("end_time"u8, end);
        json.WriteString("artifact_uri"u8, info.ArtifactUri);
        json.WriteString("lifecycle_stage"u8, info.Lifecycle.Word());
        json.WriteString("run_id"u8, info.Id.Text);
        json.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter json, Run run)
    {
        json.WriteStartObject("data"u8);
        if (run.Metrics.Count > 0)
        {
            json.WriteStartArray("metrics"u8);
            foreach (var metric in run.Metrics) MetricJson.Write(json, metric.Key, metric.Latest);
            json.WriteEndArray();
        }

        json.WriteParams("params"u8, run.Params);
        json.WriteTags("tags"u8, run.Tags);
        json.WriteEndObject();
    }

    private static void WriteInputs(Utf8JsonWriter json, Run run)
    {
        json.WriteStartObject("inputs"u8);
        if (run.DatasetInputs.Count > 0)
        {
            json.WriteStartArray("dataset_inputs"u8);
            foreach (var input in run.DatasetInputs) WriteDataset(json, input);
            json.WriteEndArray();
        }

        if (run.ModelInputs.Count > 0)
        {
            json.WriteStartArray("model_inputs"u8);
            foreach (var input in run.ModelInputs)
            {
                json.WriteStartObject();
                json.WriteString("model_id"u8, input.Model.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteDataset(Utf8JsonWriter json, DatasetInput input)
    {
        var dataset = input.Dataset;
        json.WriteStartObject();
        json.WriteTags("tags"u8, input.Tags);
        json.WriteStartObject("dataset"u8);
        json.WriteString("name"u8, dataset.Name);
        json.WriteString("digest"u8, dataset.Digest);
        json.WriteString("source_type"u8, dataset.SourceType);
        json.WriteString("source"u8, dataset.Source);
        json.WriteOptional("schema"u8, dataset.Schema);
        json.WriteOptional("profile"u8, dataset.Profile);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteOutputs(Utf8JsonWriter json, IReadOnlyList<ModelOutput> outputs)
    {
        json.WriteStartObject("outputs"u8);
        if (outputs.Count > 0)
        {
            json.WriteStartArray("model_outputs"u8);
            foreach (var output in outputs)
            {
                json.WriteStartObject();
                json.WriteString("model_id"u8, output.Model.Text);
                json.WriteNumber("step"u8, output.Step);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> Word(RunStatus status) => status switch
    {
        RunStatus.Running => "RUNNING"u8,
        RunStatus.Scheduled => "SCHEDULED"u8,
        RunStatus.Finished => "FINISHED"u8,
        RunStatus.Failed => "FAILED"u8,
        RunStatus.Killed => "KILLED"u8,
        _ => Invariant.Unreachable<byte[]>(status),
    };
}
