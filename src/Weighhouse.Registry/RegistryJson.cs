using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Registry.Api;

namespace Weighhouse.Registry;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegisteredModelView))]
[JsonSerializable(typeof(RegisteredModelPage))]
[JsonSerializable(typeof(CreateRegisteredModelRequest))]
[JsonSerializable(typeof(ChangeRegisteredModelRequest))]
[JsonSerializable(typeof(SetAliasRequest))]
[JsonSerializable(typeof(RolledBackAlias))]
[JsonSerializable(typeof(ModelVersionView))]
[JsonSerializable(typeof(ModelVersionPage))]
[JsonSerializable(typeof(CreateModelVersionRequest))]
[JsonSerializable(typeof(MoveModelVersionRequest))]
[JsonSerializable(typeof(ModelFileList))]
[JsonSerializable(typeof(UploadView))]
[JsonSerializable(typeof(UploadedFileView))]
[JsonSerializable(typeof(RegistryEventPage))]
[JsonSerializable(typeof(PastModelView))]
[JsonSerializable(typeof(PastModelPage))]
[JsonSerializable(typeof(ModelDifferencePage))]
[JsonSerializable(typeof(StageListView))]
[JsonSerializable(typeof(RulesView))]
[JsonSerializable(typeof(SetRulesRequest))]
[JsonSerializable(typeof(StageChecksView))]
[JsonSerializable(typeof(RunGatesRequest))]
[JsonSerializable(typeof(ReportGateRequest))]
[JsonSerializable(typeof(GateRunPage))]
[JsonSerializable(typeof(PromotionRequestPage))]
[JsonSerializable(typeof(AskPromotionRequest))]
[JsonSerializable(typeof(ReviewRequest))]
[JsonSerializable(typeof(OverrideRequest))]
internal sealed partial class RegistryJson : JsonSerializerContext;

/// <summary>What the tables keep: its shape stays as it was written.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<GateFigure>))]
[JsonSerializable(typeof(IReadOnlyList<Stage>))]
internal sealed partial class StoredJson : JsonSerializerContext;
