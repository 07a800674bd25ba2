using System.Globalization;
using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Registry;

internal static class RegistryJson
{
    /// <summary><c>"registered_model": {…}</c></summary>
    public static void WriteModelMember(Utf8JsonWriter json, RegisteredModel model)
    {
        json.WritePropertyName("registered_model"u8);
        WriteModel(json, model);
    }

    public static void WriteModel(Utf8JsonWriter json, RegisteredModel model)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, model.Name);
        json.WriteNumber("creation_timestamp"u8, model.CreatedMs);
        json.WriteNumber("last_updated_timestamp"u8, model.UpdatedMs);
        if (!string.IsNullOrEmpty(model.Description)) json.WriteString("description"u8, model.Description);
        WriteVersions(json, "latest_versions"u8, model.LatestVersions);
        json.WriteTags("tags"u8, model.Tags);
        if (model.Aliases.Count > 0)
        {
            json.WriteStartArray("aliases"u8);
            foreach (var alias in model.Aliases)
            {
                json.WriteStartObject();
                json.WriteString("alias"u8, alias.Alias);
                json.WriteString("version"u8, Text(alias.Version));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary><c>"model_version": {…}</c></summary>
    public static void WriteVersionMember(Utf8JsonWriter json, ModelVersion version)
    {
        json.WritePropertyName("model_version"u8);
        WriteVersion(json, version);
    }

    /// <summary>A version's number is a text in this protocol; what was not said is an empty text, not absent.</summary>
    public static void WriteVersion(Utf8JsonWriter json, ModelVersion version)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, version.Id.Model);
        json.WriteString("version"u8, Text(version.Id.Version));
        json.WriteNumber("creation_timestamp"u8, version.CreatedMs);
        json.WriteNumber("last_updated_timestamp"u8, version.UpdatedMs);
        json.WriteString("user_id"u8, version.User);
        json.WriteString("current_stage"u8, version.Stage);
        json.WriteString("description"u8, version.Description ?? "");
        json.WriteString("source"u8, version.Source);
        json.WriteString("run_id"u8, version.Run?.Text ?? "");
        json.WriteString("status"u8, Word(version.Status));
        json.WriteOptional("status_message"u8, version.StatusMessage);
        json.WriteTags("tags"u8, version.Tags);
        json.WriteString("run_link"u8, version.RunLink ?? "");
        if (version.Aliases.Count > 0)
        {
            json.WriteStartArray("aliases"u8);
            foreach (var alias in version.Aliases) json.WriteStringValue(alias);
            json.WriteEndArray();
        }

        json.WriteOptional("model_id"u8, version.LoggedModel?.Text);
        json.WriteEndObject();
    }

    public static void WriteVersions(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ModelVersion> versions)
    {
        if (versions.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var version in versions) WriteVersion(json, version);
        json.WriteEndArray();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static ReadOnlySpan<byte> Word(ModelVersionStatus status) => status switch
    {
        ModelVersionStatus.PendingRegistration => "PENDING_REGISTRATION"u8,
        ModelVersionStatus.FailedRegistration => "FAILED_REGISTRATION"u8,
        ModelVersionStatus.Ready => "READY"u8,
        _ => Invariant.Unreachable<byte[]>(status),
    };
}
