using System.Text.Json;
using System.Text.Json.Nodes;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Tags;

/// <summary>The tag mlflow.log-model.history: a JSON array of what 2.x clients said of the models they logged.</summary>
internal static class ModelHistory
{
    public const string Key = "mlflow.log-model.history";

    /// <summary>Characters of the whole tag: each model adds some hundred, and pages of runs carry it.</summary>
    public const int LengthMax = 1_000_000;

    private static readonly string[] Required = ["artifact_path", "flavors", "utc_time_created", "run_id"];
    private static readonly string[] Kept = ["run_id", "utc_time_created", "artifact_path", "model_uuid"];

    /// <summary>What is kept of a model: where it is and which flavours it has, without their configuration.</summary>
    public static Result<JsonObject> Digest(string modelJson)
    {
        if (Parse(modelJson) is not JsonObject model)
            return Error.Invalid($"Malformed model info. \n {PlainText.Cut(modelJson, 1_000)} \n is not a valid JSON.", "model_json");
        var missing = Required.Where(name => !model.ContainsKey(name)).Select(static name => $"'{name}'").ToList();
        if (missing.Count > 0)
            return Error.Invalid($"Model json is missing mandatory fields: {{{string.Join(", ", missing)}}}", "model_json");
        var digest = new JsonObject();
        foreach (var name in Kept)
            if (model.TryGetPropertyValue(name, out var value)) digest[name] = value?.DeepClone();
        var flavors = new JsonObject();
        if (model["flavors"] is JsonObject given)
            foreach (var (name, flavor) in given) flavors[name] = WithoutConfig(flavor);
        digest["flavors"] = flavors;
        return digest;
    }

    /// <summary>The tag's new value; a value that is no JSON array is replaced.</summary>
    public static string Append(string? history, JsonObject digest)
    {
        var models = history is null ? [] : Parse(history) as JsonArray ?? [];
        models.Add(digest.DeepClone());
        return models.ToJsonString();
    }

    private static JsonNode? WithoutConfig(JsonNode? flavor)
    {
        var copy = flavor?.DeepClone();
        if (copy is JsonObject settings) settings.Remove("config");
        return copy;
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
