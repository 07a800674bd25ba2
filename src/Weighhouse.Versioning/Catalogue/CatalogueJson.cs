using System.Text.Json.Serialization;

namespace Weighhouse.Versioning.Catalogue;

[JsonSerializable(typeof(CatalogueSchema))]
[JsonSerializable(typeof(List<long>))]
[JsonSerializable(typeof(CataloguePage))]
[JsonSerializable(typeof(CatalogueView))]
[JsonSerializable(typeof(NoteView))]
[JsonSerializable(typeof(CatalogueRequest))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class CatalogueJson : JsonSerializerContext;
