using System.Text;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Keys;

/// <summary>
/// What a metric, a param or a tag may be called: any characters (MLflow forbids many), but nothing that would be another name as a
/// path, because exports and artifact pages make paths of names. The messages are MLflow's.
/// </summary>
internal static class EntityName
{
    /// <summary>Null when the name will do.</summary>
    /// <param name="path">Where the name stands in the request: "key", "params[3].key".</param>
    /// <param name="lengthName">What MLflow calls a name that is too long: "Param key", "Metric name".</param>
    public static Error? Refuse(string? name, string path, string lengthName, int lengthMax)
    {
        if (name is null) return Error.Invalid($"Missing value for required parameter '{path}'.", path);
        if (name.Length > lengthMax) return Error.Invalid($"'{lengthName}' exceeds the maximum length of {lengthMax} characters", path);
        if (PlainText.Refuse(name, path) is { } unfit) return unfit;
        var normal = NormalPath(name);
        if (normal == name && normal != "." && !normal.StartsWith("..", StringComparison.Ordinal) && !normal.StartsWith('/')) return null;
        return Error.Invalid(
            $"Invalid value \"{JsonEncodedText.Encode(name)}\" for parameter '{path}' supplied: "
            + "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. "
            + $"This name would resolve to '{normal}'",
            path);
    }

    /// <summary>The path without empty, "." and ".." segments, as POSIX resolves it.</summary>
    private static string NormalPath(string path)
    {
        if (path.Length == 0) return ".";
        var kept = new List<string>();
        var rooted = path[0] == '/';
        foreach (var segment in path.Split('/'))
        {
            if (segment is "" or ".") continue;
            if (segment is not "..") kept.Add(segment);
            else if (kept.Count > 0 && kept[^1] is not "..") kept.RemoveAt(kept.Count - 1);
            else if (!rooted) kept.Add(segment);
        }

        var normal = new StringBuilder(rooted ? "/" : "").AppendJoin('/', kept).ToString();
        return normal.Length == 0 ? "." : normal;
    }
}
