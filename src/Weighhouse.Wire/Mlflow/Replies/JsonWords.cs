using System.Text.Json;
using Weighhouse.Tracking;

namespace Weighhouse.Wire.Mlflow.Replies;

/// <summary>Values as MLflow writes them. A list without elements is left out, as protobuf's JSON leaves it out.</summary>
internal static class JsonWords
{
    /// <summary>NaN as the string "NaN"; an infinity, which the store keeps, as the largest double: that is what MLflow answers.</summary>
    public static void WriteMlflowDouble(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        if (double.IsNaN(value)) json.WriteString(name, "NaN"u8);
        else if (double.IsInfinity(value)) json.WriteNumber(name, value > 0 ? double.MaxValue : double.MinValue);
        else json.WriteNumber(name, value);
    }

    public static void WriteTags(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<Tag> tags)
    {
        if (tags.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var tag in tags) WritePair(json, tag.Key, tag.Value);
        json.WriteEndArray();
    }

    public static void WriteParams(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<Param> parameters)
    {
        if (parameters.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var parameter in parameters) WritePair(json, parameter.Key, parameter.Value);
        json.WriteEndArray();
    }

    public static void WriteOptional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    public static string Word(this LifecycleStage stage) => stage is LifecycleStage.Active ? "active" : "deleted";

    private static void WritePair(Utf8JsonWriter json, string key, string value)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, key);
        json.WriteString("value"u8, value);
        json.WriteEndObject();
    }
}
