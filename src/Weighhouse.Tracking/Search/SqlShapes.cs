using System.Collections.Concurrent;
using Weighhouse.Data;

namespace Weighhouse.Tracking.Search;

/// <summary>
/// The statements that searches have compiled, by their text: a connection remembers a prepared form by reference, so the same shape
/// must be the same object. Values are never part of the text, so shapes are few.
/// </summary>
internal static class SqlShapes
{
    /// <summary>Shapes kept: more than a connection keeps prepared, at some kilobytes each.</summary>
    private const int Max = 1_024;

    private static readonly ConcurrentDictionary<string, SqlText> Known = new(StringComparer.Ordinal);

    public static SqlText Of(string name, string sql)
    {
        if (Known.TryGetValue(sql, out var known)) return known;
        // Emptying is rare and costs one preparation a shape.
        if (Known.Count >= Max) Known.Clear();
        return Known.GetOrAdd(sql, text => SqlText.Both(name, text));
    }
}
