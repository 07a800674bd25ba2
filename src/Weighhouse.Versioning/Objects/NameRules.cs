using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Objects;

/// <summary>
/// What a name in a folder may be. Refused is what would lead out of the folder, into a workspace's own records or nowhere at all; what
/// only some systems cannot store is told where a folder is written.
/// </summary>
internal static class NameRules
{
    /// <summary>Longest name in bytes of UTF-8: what Linux, macOS and Windows can store.</summary>
    public const int BytesMax = 255;

    /// <summary>
    /// Folders of tools that run what they find in them, also by the short names that Windows gives: nothing that is checked out may write
    /// there, or be what a checkout writes through.
    /// </summary>
    private static readonly string[] Forbidden = [".weigh", ".weigh-tmp", "weigh~1", "weigh-~1", ".git", "git~1"];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Error? Refuse(string name)
    {
        if (name.Length == 0) return Error.Invalid("A name in a folder is empty.", "path");
        if (name is "." or "..") return Error.Invalid($"A name in a folder is '{name}', which leads out of it.", "path");
        if (name.Contains('/')) return Error.Invalid($"The name '{Shown(name)}' has a '/': it is a path, not a name.", "path");
        if (PlainText.Refuse(name, "path") is { } refusal) return refusal;
        if (Encoding.UTF8.GetByteCount(name) is var bytes and > BytesMax)
            return Error.Invalid($"The name '{Shown(name)}' has {bytes} bytes of UTF-8; the limit is {BytesMax}.", "path");
        return IsForbidden(name)
            ? Error.Invalid($"The name '{Shown(name)}' is kept for the tool it belongs to. Leave it out of the repository.", "path")
            : null;
    }

    /// <summary>The name these bytes spell; an error when they spell none that may be.</summary>
    public static Result<string> Decode(ReadOnlySpan<byte> utf8)
    {
        string name;
        try
        {
            name = Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return Error.Invalid($"A name is not UTF-8: {Convert.ToHexStringLower(utf8[..Math.Min(utf8.Length, 32)])}…", "path");
        }

        return Refuse(name) is { } refusal ? refusal : name;
    }

    /// <summary>
    /// Windows drops dots and spaces at the end, ignores the case and takes ':' for a stream of the file before it; macOS ignores some
    /// invisible characters. A forbidden name spelled so is still forbidden.
    /// </summary>
    private static bool IsForbidden(string name)
    {
        var visible = name.AsSpan().IndexOfAnyExceptInRange('\0', '\u007f') < 0
            ? name : string.Concat(name.Where(static character => !IsIgnorable(character)));
        var colon = visible.IndexOf(':');
        var bare = (colon < 0 ? visible : visible[..colon]).TrimEnd('.', ' ');
        return Array.Exists(Forbidden, forbidden => bare.Equals(forbidden, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsIgnorable(char character) =>
        character is (>= '\u200c' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u206a' and <= '\u206f') or '\ufeff';

    private static string Shown(string name) => PlainText.Cut(name, 80).Replace('\0', '␀');
}
