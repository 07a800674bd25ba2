using Weighhouse.Wire.Grpc.Health;
using Weighhouse.Wire.Grpc.OpenInference;
using Weighhouse.Wire.Grpc.Reflection;
using Weighhouse.Wire.Grpc.TensorFlowServing;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc;

/// <summary>The table of services: a new service is one line here, and a table of methods of its own.</summary>
internal static class GrpcServices
{
    public static readonly IReadOnlyList<GrpcMethod> Methods =
        [.. HealthService.Methods, .. ReflectionService.Methods, .. TensorFlowServices.Methods, .. OpenInferenceService.Methods];

    /// <summary>Their names, in the order of the table.</summary>
    public static readonly IReadOnlyList<string> Names = [.. Methods.Select(method => method.Service).Distinct(StringComparer.Ordinal)];
}
