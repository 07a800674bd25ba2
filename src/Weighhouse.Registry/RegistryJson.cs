using System.Text.Json.Serialization;

namespace Weighhouse.Registry;

[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<Stage>))]
internal sealed partial class RegistryJson : JsonSerializerContext;
