using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Refs;

/// <summary>What a ref may be called: Git's rules, so that a name means the same in both.</summary>
internal static class RefRules
{
    private const string Forbidden = " ~^:?*[\\\u007f";

    public static Error? Refuse(string name, VersioningOptions options)
    {
        if (PlainText.Refuse(name, "ref") is { } refusal) return refusal;
        if (Encoding.UTF8.GetByteCount(name) is var bytes && bytes > options.RefNameBytesMax)
            return Error.Invalid($"A ref's name has at most {options.RefNameBytesMax} bytes; this one has {bytes}.", "ref");
        if (!name.Contains('/') || name.EndsWith('.') || name.Contains("@{", StringComparison.Ordinal)
            || name.Contains("..", StringComparison.Ordinal)) return Bad(name);
        foreach (var character in name)
            if (character < ' ' || Forbidden.Contains(character)) return Bad(name);
        foreach (var part in name.Split('/'))
            if (part.Length == 0 || part[0] is '.' or '-' || part.EndsWith(".lock", StringComparison.Ordinal)) return Bad(name);
        return null;
    }

    private static Error Bad(string name) => Error.Invalid(
        $"'{PlainText.Cut(name, 128)}' is not a ref's name: it is 'heads/NAME', 'tags/NAME' or another folder's, without blanks, '..', "
        + "'@{' and the characters ~^:?*[\\, and no part of it is empty, begins with '.' or '-' or ends in '.lock'.",
        "ref");
}
