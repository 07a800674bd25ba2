using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Hosting;
using Weighhouse.Kernel;
using Weighhouse.Settings;

namespace Weighhouse.Tests.Rules.Endpoints;

/// <summary>Deny by default: an endpoint that does not say who may call it is not served.</summary>
public class EndpointTests
{
    /// <summary>Reading these is a review: whatever is added here is open to people nobody knows.</summary>
    private static readonly string[] OpenToAnyone =
    [
        "GET /api/{documentName}/openapi.json",
        "GET /health",
        "GET /ready",
        "GET /sign-in/link/{secret}",
        "POST /grpc.health.v1.Health/Check",
    ];

    [Fact]
    public async Task Every_endpoint_says_who_may_call_it()
    {
        await using var app = Build();

        Assert.Empty(EndpointAudit.WithoutPolicy(app));
        Assert.True(Endpoints(app).Count() > 20, "the program maps its endpoints before it is started");
    }

    [Fact]
    public async Task An_endpoint_without_a_policy_stops_the_start_up()
    {
        await using var app = Build();
        app.MapGet("/nobody-said-who", () => "secret");

        var refused = Assert.Throws<InvariantException>(() => EndpointAudit.Demand(app));

        Assert.Contains("/nobody-said-who", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_listed_endpoints_are_open_to_anyone()
    {
        await using var app = Build();

        var open = Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<EndpointPolicy>() == Policy.Anyone)
            .Select(Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

        Assert.Equal(OpenToAnyone.Order(StringComparer.Ordinal), open);
    }

    [Fact]
    public async Task Changing_something_takes_more_than_viewing()
    {
        await using var app = Build();

        var lax = Endpoints(app)
            .Where(endpoint => endpoint.Metadata.GetMetadata<EndpointPolicy>() == Policy.View && Methods(endpoint).Any(IsChange))
            .Select(Name);

        Assert.Empty(lax);
    }

    private static bool IsChange(string method) => HttpMethods.IsPut(method) || HttpMethods.IsPatch(method) || HttpMethods.IsDelete(method);

    private static string Name(Endpoint endpoint)
    {
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName ?? "";
        return $"{string.Join('|', Methods(endpoint))} /{pattern.TrimStart('/')}".TrimStart();
    }

    private static IReadOnlyList<string> Methods(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];

    private static IEnumerable<Endpoint> Endpoints(IEndpointRouteBuilder routes) => routes.DataSources.SelectMany(source => source.Endpoints);

    private static WebApplication Build()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"weighhouse-rules-{Environment.ProcessId}");
        return WeighApp.Build(ServerSettings.FromOptions((ServerSetting.Data, folder)));
    }
}
