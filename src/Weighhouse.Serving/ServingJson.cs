using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Serving.Canaries;
using Weighhouse.Serving.Deployments;

namespace Weighhouse.Serving;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CanaryPlan))]
[JsonSerializable(typeof(CanaryView))]
[JsonSerializable(typeof(StartCanaryRequest))]
[JsonSerializable(typeof(CanaryReasonRequest))]
[JsonSerializable(typeof(CanaryOutcomesRequest))]
[JsonSerializable(typeof(IReadOnlyList<DeploymentRoute>))]
[JsonSerializable(typeof(DeploymentState))]
[JsonSerializable(typeof(BatchDeploymentRequest))]
[JsonSerializable(typeof(DeploymentView))]
[JsonSerializable(typeof(DeploymentPage))]
[JsonSerializable(typeof(DeploymentEventPage))]
[JsonSerializable(typeof(CreateDeploymentRequest))]
[JsonSerializable(typeof(RouteDeploymentRequest))]
internal sealed partial class ServingJson : JsonSerializerContext;
