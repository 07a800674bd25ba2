using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Binding;

namespace Weighhouse.Wire.Mlflow.Artifacts;

/// <summary>
/// Artifact paths out of request targets. The server's own decoded path will not do: it leaves %2F as it is and folds "..", so that two
/// targets become one. Here the bytes the client sent are decoded exactly once, and what is then no plain path is refused.
/// </summary>
internal static class ArtifactTarget
{
    private const int DecodingsChecked = 3;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="anchor">What in the target comes right before the path: "/mlflow-artifacts/artifacts/".</param>
    public static Result<ArtifactPath> PathAfter(HttpContext http, string anchor) =>
        TextAfter(http, anchor).TryGet(out var text, out var error) ? Parse(text) : error;

    /// <summary>The rest of the target, decoded once.</summary>
    public static Result<string> TextAfter(HttpContext http, string anchor)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0) target = target[..query];
        var start = target.IndexOf(anchor, StringComparison.Ordinal);
        if (start < 0) return Bad();
        return Decode(target[(start + anchor.Length)..]) is { } text ? text : Bad();
    }

    /// <summary>A path that has been decoded once. One that turns into a traversal when somebody decodes it again is refused too.</summary>
    public static Result<ArtifactPath> Parse(string? text)
    {
        if (text is not null && (HasTraversal(text) || HasDotsOnly(text))) return Bad();
        return ArtifactPath.Parse(text).TryGet(out var path, out _) ? path : Bad();
    }

    /// <summary>The path in a field, checked with the other fields: before anything is looked up.</summary>
    public static ArtifactPath Bind(MlflowFields fields, string name)
    {
        if (Parse(fields.Text(name)).TryGet(out var path, out var error)) return path;
        fields.Problems.Add(error);
        return default;
    }

    /// <summary>As <see cref="Bind"/>, of a file: the field must be there.</summary>
    public static ArtifactPath BindFile(MlflowFields fields, string name)
    {
        fields.Required(name);
        return Bind(fields, name);
    }

    private static bool HasTraversal(string text)
    {
        for (var i = 0; i < DecodingsChecked && text.Contains('%'); i++)
        {
            var decoded = Uri.UnescapeDataString(text);
            if (decoded == text) return false;
            text = decoded;
            foreach (var segment in text.Split('/', '\\'))
                if (segment is "..") return true;
        }

        return false;
    }

    /// <summary>"..." and ".. " are names of nothing, or of a parent directory on some systems.</summary>
    private static bool HasDotsOnly(string text)
    {
        foreach (var range in text.AsSpan().Split('/'))
        {
            var segment = text.AsSpan()[range];
            if (segment.Length > 1 && segment.IndexOfAnyExcept('.', ' ') < 0) return true;
        }

        return false;
    }

    private static string? Decode(string escaped)
    {
        if (!escaped.Contains('%')) return escaped.All(char.IsAscii) ? escaped : null;
        var bytes = new byte[escaped.Length];
        var length = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            var character = escaped[i];
            if (!char.IsAscii(character)) return null;
            if (character is '%')
            {
                if (i + 2 >= escaped.Length || !TryHex(escaped.AsSpan(i + 1, 2), out bytes[length])) return null;
                i += 2;
            }
            else
            {
                bytes[length] = (byte)character;
            }

            length++;
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            // Overlong and broken sequences: the decoder's only way to say so.
            return null;
        }
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    /// <summary>MLflow's words, to the letter: clients and tests compare them.</summary>
    private static Error Bad() => Error.Invalid("Invalid path", "path");
}
