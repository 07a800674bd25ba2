using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Tracking.Metrics.Endpoints;
using Weighhouse.Tracking.Models;

namespace Weighhouse.Tracking;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ExperimentView))]
[JsonSerializable(typeof(ExperimentPage))]
[JsonSerializable(typeof(CreateExperimentRequest))]
[JsonSerializable(typeof(RenameExperimentRequest))]
[JsonSerializable(typeof(TagRequest))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(RunPage))]
[JsonSerializable(typeof(RunInfoView))]
[JsonSerializable(typeof(CreateRunRequest))]
[JsonSerializable(typeof(ChangeRunRequest))]
[JsonSerializable(typeof(SearchRunsRequest))]
[JsonSerializable(typeof(InputsRequest))]
[JsonSerializable(typeof(LoggedModelView))]
[JsonSerializable(typeof(LoggedModelPage))]
[JsonSerializable(typeof(SearchLoggedModelsRequest))]
[JsonSerializable(typeof(EnvelopesRequest))]
[JsonSerializable(typeof(SparklinesRequest))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(HistoryView))]
internal sealed partial class TrackingJson : JsonSerializerContext;
