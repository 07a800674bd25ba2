using System.Text;
using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Events;

/// <summary>What an event says was there before, or is there since.</summary>
internal static class EventJson
{
    /// <summary>An object of texts; a member whose value is null is left out.</summary>
    public static string Of(params ReadOnlySpan<(string Name, string? Value)> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members)
                if (value is not null) json.WriteString(name, value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static string OfTag(string key, string value) => Of(("key", key), ("value", value));

    public static string OfStage(string stage) => Of(("stage", stage));

    public static string? OfAlias(string alias, long? version) =>
        version is null ? null : Of(("alias", alias), ("version", $"{version}"));

    /// <summary>What <see cref="Of"/> was given under the name; null when it was nothing.</summary>
    public static string? Member(string? json, string name)
    {
        if (json is null) return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <summary>The tags of something just made.</summary>
    public static string? OfTags(IReadOnlyList<Tag> tags) =>
        tags.Count == 0
            ? null
            : JsonSerializer.Serialize(
                tags.ToDictionary(static tag => tag.Key, static tag => tag.Value), StoredJson.Default.DictionaryStringString);
}
