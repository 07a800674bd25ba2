using Microsoft.AspNetCore.Builder;
using Weighhouse.Hosting;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Rules.Endpoints;

/// <summary>Deny by default: an endpoint that does not say who may call it is not served.</summary>
public class EndpointTests
{
    /// <summary>Reading these is a review: whatever is added here is open to people nobody knows.</summary>
    private static readonly string[] OpenToAnyone =
    [
        // Probes of Open Inference, and what they say the server is; other methods are refused there.
        "* /v2",
        "* /v2/health/live",
        "* /v2/health/ready",
        "GET /api/{documentName}/openapi.json",
        "GET /assets/{file}",
        "GET /favicon.ico",
        "GET /health",
        "GET /ready",
        "GET /sign-in",
        "GET /sign-in/link/{secret}",
        "GET /style",
        "GET /version",
        "POST /grpc.health.v1.Health/Check",
        "POST /grpc.health.v1.Health/Watch",
        "POST /preferences",
        "POST /sign-in",
        "POST /sign-out",
        // The key in their addresses stands for credentials.
        "PUT /ajax-api/2.0/mlflow-artifacts/mpu/parts/{upload}/{part}",
        "PUT /api/2.0/mlflow-artifacts/mpu/parts/{upload}/{part}",
    ];

    [Fact]
    public async Task Every_endpoint_says_who_may_call_it()
    {
        await using var app = MappedEndpoints.Build();

        Assert.Empty(EndpointAudit.WithoutPolicy(app));
        Assert.NotEmpty(MappedEndpoints.Of(app));
    }

    [Fact]
    public async Task An_endpoint_without_a_policy_stops_the_start_up()
    {
        await using var app = MappedEndpoints.Build();
        app.MapGet("/nobody-said-who", () => "secret");

        var refused = Assert.Throws<InvariantException>(() => EndpointAudit.Demand(app));

        Assert.Contains("/nobody-said-who", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_listed_endpoints_are_open_to_anyone()
    {
        await using var app = MappedEndpoints.Build();

        var open = MappedEndpoints.Of(app).Where(endpoint => endpoint.Permission == Permission.Anyone).Select(endpoint => endpoint.Name);

        Assert.Equal(OpenToAnyone.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Changing_something_takes_more_than_viewing()
    {
        await using var app = MappedEndpoints.Build();

        var lax = MappedEndpoints.Of(app).Where(endpoint => endpoint.Permission == Permission.View && IsChange(endpoint.Name));

        Assert.Empty(lax);
    }

    private static bool IsChange(string name) => name.Split(' ')[0].Split(',').Any(method => method is "PUT" or "PATCH" or "DELETE");
}
