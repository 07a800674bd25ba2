using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Versions;

/// <summary>MLflow's tag of a logged model that lists the versions made of it: [{"name": …, "version": …}].</summary>
internal static class VersionsTag
{
    public const string Key = "mlflow.modelVersions";

    /// <summary>The tag with the version added to what it lists already.</summary>
    public static Tag Add(IReadOnlyList<Tag> tags, ModelVersionId version)
    {
        var number = version.Version.ToString(CultureInfo.InvariantCulture);
        var list = Parse(tags.FirstOrDefault(static tag => tag.Key == Key).Value);
        var isThere = list.Any(entry => entry is JsonObject known && Is(known["name"], version.Model) && Is(known["version"], number));
        if (!isThere) list.Add(new JsonObject { ["name"] = version.Model, ["version"] = number });
        return new Tag(Key, list.ToJsonString());
    }

    /// <summary>Anybody may have set the tag to anything.</summary>
    private static JsonArray Parse(string? text)
    {
        try
        {
            return text is null ? [] : JsonNode.Parse(text) as JsonArray ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static bool Is(JsonNode? node, string text) => node is JsonValue value && value.ToString() == text;
}
