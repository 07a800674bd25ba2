using System.Text;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Tests.Rules.Endpoints;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>Every address the server answers at, with the permission it asks for.</summary>
internal static class EndpointsPage
{
    public static string Write(IEndpointRouteBuilder routes)
    {
        var page = new StringBuilder("""
            # Endpoints
            Written by `./build reference` from the running program: every address it answers at, and the permission it asks for
            before the permission on the object itself is asked for. A change here is a change of what others rely on.

            | Method | Path | Permission |
            |---|---|---|

            """);
        foreach (var (name, permission) in MappedEndpoints.Of(routes))
            page.Append($"| {string.Join(" | ", name.Split(' ', 2).Select(Cell))} | {permission} |\n");
        return page.ToString();
    }

    private static string Cell(string text) => $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";
}
