using System.Text.Json.Serialization;
using Weighhouse.Versioning.Api;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Versioning;

[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(RepositoryView))]
[JsonSerializable(typeof(RepositoryPage))]
[JsonSerializable(typeof(CreateRepositoryRequest))]
[JsonSerializable(typeof(ChangeRepositoryRequest))]
[JsonSerializable(typeof(RefView))]
[JsonSerializable(typeof(RefPage))]
[JsonSerializable(typeof(SetRefRequest))]
[JsonSerializable(typeof(RefLogPage))]
[JsonSerializable(typeof(CommitRow))]
[JsonSerializable(typeof(CommitPage))]
[JsonSerializable(typeof(ComparisonView))]
[JsonSerializable(typeof(BisectView))]
[JsonSerializable(typeof(TreePage))]
[JsonSerializable(typeof(DiffView))]
[JsonSerializable(typeof(MergeApiRequest))]
[JsonSerializable(typeof(ReplayApiRequest))]
[JsonSerializable(typeof(MergeView))]
[JsonSerializable(typeof(CheckView))]
[JsonSerializable(typeof(EdgesRequest))]
[JsonSerializable(typeof(LineageView))]
[JsonSerializable(typeof(StoreView))]
[JsonSerializable(typeof(StoreUsageView))]
[JsonSerializable(typeof(CollectRequest))]
[JsonSerializable(typeof(CollectionView))]
[JsonSerializable(typeof(StoreCheckView))]
[JsonSerializable(typeof(DoorView))]
[JsonSerializable(typeof(RefsPushRequest))]
[JsonSerializable(typeof(PlanRequest))]
[JsonSerializable(typeof(ProblemView))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class VersioningJson : JsonSerializerContext;
