using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Versions;

/// <summary>
/// MLflow's tag of a logged model that lists the versions made of it, as its own server writes it: <c>[{"name": "m", "version": 1}]</c>.
/// </summary>
internal static class VersionsTag
{
    public const string Key = "mlflow.modelVersions";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tag with the version added to what it lists already.</summary>
    public static Tag Add(IReadOnlyList<Tag> tags, ModelVersionId version)
    {
        var list = Parse(tags.FirstOrDefault(static tag => tag.Key == Key).Value);
        if (!list.Contains(version)) list.Add(version);
        var text = new StringBuilder("[");
        foreach (var (model, number) in list)
        {
            if (text.Length > 1) text.Append(", ");
            text.Append($"{{\"name\": {JsonValue.Create(model).ToJsonString(Relaxed)}, \"version\": {number}}}");
        }

        return new Tag(Key, text.Append(']').ToString());
    }

    /// <summary>Anybody may have set the tag to anything: what is no list of versions counts as none.</summary>
    private static List<ModelVersionId> Parse(string? text)
    {
        var versions = new List<ModelVersionId>();
        if (text is null) return versions;
        try
        {
            using var list = JsonDocument.Parse(text);
            if (list.RootElement.ValueKind is not JsonValueKind.Array) return versions;
            foreach (var entry in list.RootElement.EnumerateArray())
                if (Read(entry) is { } version) versions.Add(version);
        }
        catch (JsonException)
        {
            // The only way of the reader to say that it is no JSON.
        }

        return versions;
    }

    private static ModelVersionId? Read(JsonElement entry) =>
        entry.ValueKind is JsonValueKind.Object
        && entry.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String
        && entry.TryGetProperty("version", out var version) && long.TryParse(version.ToString(), out var number)
            ? new ModelVersionId(name.GetString()!, number)
            : null;
}
