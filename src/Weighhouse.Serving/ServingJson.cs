using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Serving.Deployments;

namespace Weighhouse.Serving;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<DeploymentRoute>))]
[JsonSerializable(typeof(DeploymentView))]
[JsonSerializable(typeof(DeploymentPage))]
[JsonSerializable(typeof(DeploymentEventPage))]
[JsonSerializable(typeof(CreateDeploymentRequest))]
[JsonSerializable(typeof(RouteDeploymentRequest))]
internal sealed partial class ServingJson : JsonSerializerContext;
