using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Notices.Hooks;

namespace Weighhouse.Notices;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(HookView))]
[JsonSerializable(typeof(HookPage))]
[JsonSerializable(typeof(DeliveryPage))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(HookRequest))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayAnswer))]
[JsonSerializable(typeof(ToldAgain))]
internal sealed partial class NoticesJson : JsonSerializerContext;
