using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Weighhouse.Kernel;
using Weighhouse.Settings;

namespace Weighhouse.Tests.Server.Door;

/// <param name="Path">With every parameter filled in.</param>
public sealed record Route(string Method, string Path, Permission Permission)
{
    public override string ToString() => $"{Method} {Path} ({Permission})";
}

/// <summary>Every address at which the program answers, as it maps them itself.</summary>
internal static class Routes
{
    /// <summary>Values that lead nowhere, for parameters whose kind refuses other text.</summary>
    private const string Nothing = "0";

    public static IReadOnlyList<Route> All { get; } = List((_, _) => Nothing);

    /// <summary>The routes with these values for their parameters: by the route's pattern and the parameter's name.</summary>
    public static IReadOnlyList<Route> With(Func<string, string, string> value) => List(value);

    private static IReadOnlyList<Route> List(Func<string, string, string> value)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"weighhouse-routes-{Environment.ProcessId}");
        using var app = (IDisposable)WeighApp.Build(ServerSettings.FromOptions((ServerSetting.Data, folder)));
        return
        [
            .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .SelectMany(endpoint => MethodsOf(endpoint).Select(method =>
                    new Route(method, PathOf(endpoint.RoutePattern, value), endpoint.Metadata.GetMetadata<EndpointPolicy>()!.Permission)))
                .Distinct().OrderBy(route => route.Path, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: { Count: > 0 } methods } ? methods : ["GET", "POST"];

    private static string PathOf(RoutePattern pattern, Func<string, string, string> value)
    {
        var path = new StringBuilder();
        foreach (var segment in pattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
                path.Append(part switch
                {
                    RoutePatternLiteralPart literal => literal.Content,
                    RoutePatternSeparatorPart separator => separator.Content,
                    RoutePatternParameterPart parameter => value(pattern.RawText ?? "", parameter.Name),
                    _ => throw new InvalidOperationException($"A route has an unknown part: {pattern.RawText}"),
                });
        }

        return path.Length == 0 ? "/" : path.ToString();
    }
}
