using System.Text.Json.Serialization;

namespace Weighhouse.Registry;

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class RegistryJson : JsonSerializerContext;
