using System.Collections.Frozen;
using System.Net.Mime;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Weighhouse.Wire.Mlflow.Artifacts;

/// <summary>What MLflow says of a file by its name: what people read is text/plain, so that browsers run none of it.</summary>
internal static class ContentTypes
{
    private static readonly FrozenSet<string> TextEndings = FrozenSet.ToFrozenSet(
        [
            "txt", "log", "err", "cfg", "conf", "cnf", "cf", "ini", "properties", "prop", "hocon", "toml", "yaml", "yml", "xml", "json",
            "js", "py", "py3", "csv", "tsv", "md", "rst", "MLmodel", "MLproject", "mlproject",
        ],
        StringComparer.Ordinal);

    private static readonly FileExtensionContentTypeProvider ByEnding = new();

    public static string Of(string fileName)
    {
        var dot = fileName.LastIndexOf('.');
        if (TextEndings.Contains(dot > 0 ? fileName[(dot + 1)..] : fileName)) return MediaTypeNames.Text.Plain;
        return ByEnding.TryGetContentType(fileName, out var known) ? known : MediaTypeNames.Application.Octet;
    }

    /// <summary>Always an attachment: nothing uploaded may run as a page of this server.</summary>
    public static string Attachment(string fileName)
    {
        if (fileName.All(IsTokenCharacter)) return $"attachment; filename={fileName}";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        return disposition.ToString();
    }

    private static bool IsTokenCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal);
}
