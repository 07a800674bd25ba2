using System.Text.Json.Serialization;
using Weighhouse.Web.Experiments;
using Weighhouse.Web.Parts;
using Weighhouse.Web.Search;

namespace Weighhouse.Web;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<ChartSeries>))]
[JsonSerializable(typeof(IReadOnlyList<RunColumn>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(FoundColumns))]
[JsonSerializable(typeof(FoundItems))]
[JsonSerializable(typeof(Home.Pulse))]
internal sealed partial class WebJson : JsonSerializerContext;
