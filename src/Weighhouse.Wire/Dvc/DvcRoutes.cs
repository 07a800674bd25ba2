using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Dvc;

internal delegate Task DvcHandler(HttpContext http, DvcBackend backend);

/// <summary>Methods that do the same: a line of the table, and of docs/reference/dvc-compatibility.md.</summary>
/// <param name="Methods">With spaces between.</param>
internal sealed record DvcRoute(string Methods, EndpointPolicy Policy, DvcHandler Handler, string Note);

internal static class DvcRoutes
{
    public const string Prefix = "/repos/{repo}/dvc";
    public const string Pattern = Prefix + "/{**path}";

    public static readonly IReadOnlyList<DvcRoute> All =
    [
        new("GET HEAD", Policy.View, DvcHandlers.GetAsync,
            "one range (206, 416), `If-Range`, `If-None-Match`; a client that goes away after the headers costs what was read ahead"),
        new("POST PUT", Policy.Contribute, DvcHandlers.TakeAsync,
            "chunked or with a length; held against its MD5 as it streams in; 201 also when it was there"),
    ];
}
