using System.Text.Json.Serialization;

namespace Weighhouse.Versioning.Content;

/// <summary>The results as JSON. A number that is not finite is the text NaN, Infinity or -Infinity.</summary>
[JsonSerializable(typeof(ContentDiff))]
[JsonSerializable(typeof(ContentSummary))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class ContentJson : JsonSerializerContext;
