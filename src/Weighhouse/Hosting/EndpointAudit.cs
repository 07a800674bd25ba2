using Weighhouse.Kernel;

namespace Weighhouse.Hosting;

/// <summary>Deny by default, before the first request: an endpoint that does not say who may call it stops the start-up.</summary>
internal static class EndpointAudit
{
    public static IReadOnlyList<string> WithoutPolicy(IEndpointRouteBuilder routes) =>
    [
        .. routes.DataSources
            .SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<EndpointPolicy>() is null)
            .Select(endpoint => endpoint.DisplayName ?? endpoint.ToString() ?? "an endpoint without a name"),
    ];

    public static void Demand(IEndpointRouteBuilder routes)
    {
        var missing = WithoutPolicy(routes);
        Invariant.That(missing.Count == 0, "Endpoints without a policy, add .WithMetadata(Policy.…): " + string.Join(", ", missing));
    }
}
