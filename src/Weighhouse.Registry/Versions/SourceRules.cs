using Weighhouse.Kernel;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Versions;

/// <summary>
/// Where a version's files may be said to be. A server that follows a path of its caller's choosing reads what it likes on its own disk,
/// so only URIs with a scheme are taken, and none that leads upwards, however often it is escaped.
/// </summary>
internal static class SourceRules
{
    private const int DecodingsMax = 8;

    public static Error? Refuse(string? source, RegistryOptions options)
    {
        if (string.IsNullOrEmpty(source)) return Error.Invalid("Missing value for required parameter 'source'.", "source");
        if (ModelRules.RefuseText(source, "source", options.SourceLengthMax) is { } unfit) return unfit;
        if (IsLocal(source)) return Local(source);
        var decoded = source;
        for (var i = 0; i < DecodingsMax; i++)
        {
            if (IsLocal(decoded)) return Local(source);
            if (LeadsUpwards(decoded)) return Upwards(source);
            var further = Uri.UnescapeDataString(decoded.Replace('+', ' '));
            if (further == decoded) return null;
            decoded = further;
        }

        return Upwards(source);
    }

    /// <summary>The scheme in lower case; null when there is none, as in a path.</summary>
    public static string? SchemeOf(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        // One letter before a colon is a drive.
        if (colon < 2 || !char.IsAsciiLetter(uri[0])) return null;
        foreach (var character in uri.AsSpan(0, colon))
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '-' or '.')) return null;
        return uri[..colon].ToLowerInvariant();
    }

    private static bool IsLocal(string uri) => SchemeOf(uri.TrimStart()) is null or "file";

    private static bool LeadsUpwards(string uri)
    {
        foreach (var character in uri)
            if (char.IsControl(character) || character is '\\') return true;
        foreach (var segment in uri.Split('/', '?', '#', ';'))
            if (segment.Trim() is ".." or ".") return true;
        return false;
    }

    private static Error Local(string source) => Error.Invalid(
        $"Invalid model version source: '{source}'. To use a local path as a model version source, the run_id request parameter has to be "
        + "specified and the local path has to be contained within the artifact directory of the run specified by the run_id. "
        + "Weighhouse keeps artifacts in its own store: log the model to a run, or name a remote URI.",
        "source");

    private static Error Upwards(string source) => Error.Invalid(
        $"Invalid model version source: '{source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or "
        + "mlflow-artifacts uri, an absolute path must be provided without relative path references present. "
        + "Please provide an absolute path.",
        "source");
}
