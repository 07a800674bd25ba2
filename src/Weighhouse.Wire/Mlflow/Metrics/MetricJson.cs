using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Metrics;

internal static class MetricJson
{
    public static void Write(Utf8JsonWriter json, string key, MetricPoint point)
    {
        json.WriteStartObject();
        WriteMembers(json, key, point);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, string key, MetricPoint point, RunId run)
    {
        json.WriteStartObject();
        WriteMembers(json, key, point);
        json.WriteString("run_id"u8, run.Text);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, string key, MetricPoint point)
    {
        json.WriteString("key"u8, key);
        json.WriteMlflowDouble("value"u8, point.Value);
        json.WriteNumber("timestamp"u8, point.TimestampMs);
        json.WriteNumber("step"u8, point.Step);
    }
}
