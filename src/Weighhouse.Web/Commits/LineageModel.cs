using Weighhouse.Versioning;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Commits;

/// <summary>What a node came from, and what came of it.</summary>
public sealed record LineageModel(string Node, LineageGraph Why, LineageGraph Impact)
{
    /// <summary>Steps that a page follows; programs ask for more.</summary>
    public const int DistanceMax = 5;

    public bool IsEmpty => Why.Edges.Count == 0 && Impact.Edges.Count == 0;

    /// <summary>Null when it could not be asked for.</summary>
    internal static async ValueTask<LineageModel?> ReadAsync(PageCall call, string node)
    {
        var lineage = call.Get<ILineage>();
        var why = await lineage.WhyAsync(call.Caller, node, DistanceMax, call.Cancellation);
        var impact = await lineage.ImpactAsync(call.Caller, node, DistanceMax, call.Cancellation);
        return why.IsFailure || impact.IsFailure ? null : new LineageModel(node, why.Value, impact.Value);
    }

    /// <summary>The page of a node; null for what has none.</summary>
    public static string? UrlOf(string node)
    {
        var colon = node.IndexOf(':', StringComparison.Ordinal);
        var id = node[(colon + 1)..];
        return node[..colon] switch
        {
            "run" => $"/runs/{Uri.EscapeDataString(id)}",
            "model" => Links.Model(id.Split('/')[0]),
            "commit" => $"/commits/{Uri.EscapeDataString(id)}",
            _ => null,
        };
    }
}
