using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Client.Access;
using Weighhouse.Client.Catalogue;
using Weighhouse.Client.Hooks;
using Weighhouse.Client.Http;
using Weighhouse.Client.Registry;
using Weighhouse.Client.Serving;
using Weighhouse.Client.Tracking;

namespace Weighhouse.Client;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Identity))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(UserChange))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(IssuedToken))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(NewProject))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditVerdict))]
[JsonSerializable(typeof(ExperimentPage))]
[JsonSerializable(typeof(NewExperiment))]
[JsonSerializable(typeof(ExperimentChange))]
[JsonSerializable(typeof(TagValue))]
[JsonSerializable(typeof(RunPage))]
[JsonSerializable(typeof(RunQuery))]
[JsonSerializable(typeof(NewRun))]
[JsonSerializable(typeof(RunChange))]
[JsonSerializable(typeof(RunInfo))]
[JsonSerializable(typeof(LoggedModelPage))]
[JsonSerializable(typeof(LoggedModelQuery))]
[JsonSerializable(typeof(PointPage))]
[JsonSerializable(typeof(RunBatch))]
[JsonSerializable(typeof(CataloguePage))]
[JsonSerializable(typeof(CatalogueChange))]
[JsonSerializable(typeof(Hook))]
[JsonSerializable(typeof(HookPage))]
[JsonSerializable(typeof(NewHook))]
[JsonSerializable(typeof(Delivery))]
[JsonSerializable(typeof(DeliveryPage))]
[JsonSerializable(typeof(ReplaySince))]
[JsonSerializable(typeof(ReplayCount))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(DeploymentPage))]
[JsonSerializable(typeof(DeploymentEventPage))]
[JsonSerializable(typeof(NewDeployment))]
[JsonSerializable(typeof(DeploymentBatch))]
[JsonSerializable(typeof(DeploymentState))]
[JsonSerializable(typeof(DeploymentRoutes))]
[JsonSerializable(typeof(Canary))]
[JsonSerializable(typeof(NewCanary))]
[JsonSerializable(typeof(CanaryReason))]
[JsonSerializable(typeof(CanaryOutcomes))]
[JsonSerializable(typeof(RegisteredModel))]
[JsonSerializable(typeof(RegisteredModelPage))]
[JsonSerializable(typeof(NewRegisteredModel))]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(ModelVersionPage))]
[JsonSerializable(typeof(NewModelVersion))]
[JsonSerializable(typeof(ModelFile))]
[JsonSerializable(typeof(ModelFileList))]
[JsonSerializable(typeof(ModelUpload))]
[JsonSerializable(typeof(StageMove))]
[JsonSerializable(typeof(AliasTarget))]
[JsonSerializable(typeof(RolledBackAlias))]
[JsonSerializable(typeof(RegistryEventPage))]
[JsonSerializable(typeof(StageList))]
[JsonSerializable(typeof(PastModel))]
[JsonSerializable(typeof(PastModelPage))]
[JsonSerializable(typeof(ModelDifferencePage))]
internal sealed partial class ClientJson : JsonSerializerContext;
