using System.Text.Json;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Experiments;

internal static class ExperimentJson
{
    /// <summary><c>"experiment": {…}</c></summary>
    public static void WriteMember(Utf8JsonWriter json, Experiment experiment)
    {
        json.WritePropertyName("experiment"u8);
        Write(json, experiment);
    }

    public static void Write(Utf8JsonWriter json, Experiment experiment)
    {
        json.WriteStartObject();
        json.WriteString("experiment_id"u8, experiment.Id.ToString());
        json.WriteString("name"u8, experiment.Name);
        json.WriteString("artifact_location"u8, experiment.ArtifactLocation);
        json.WriteString("lifecycle_stage"u8, experiment.Lifecycle.Word());
        json.WriteNumber("last_update_time"u8, experiment.UpdatedMs);
        json.WriteNumber("creation_time"u8, experiment.CreatedMs);
        json.WriteTags("tags"u8, experiment.Tags);
        json.WriteEndObject();
    }
}
