using Weighhouse.Tracking;

namespace Weighhouse.Registry.Models;

internal static class TagList
{
    /// <summary>Of tags with the same key the last one counts, as in MLflow.</summary>
    public static IReadOnlyList<Tag> LastOfEach(IReadOnlyList<Tag>? tags)
    {
        if (tags is null or { Count: 0 }) return [];
        var last = new Dictionary<string, Tag>(StringComparer.Ordinal);
        foreach (var tag in tags) last[tag.Key ?? ""] = tag;
        return [.. last.Values];
    }
}
