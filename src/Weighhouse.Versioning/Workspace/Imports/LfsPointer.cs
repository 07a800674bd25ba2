using System.Text;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>What Git holds in the place of a file of Git LFS.</summary>
internal static class LfsPointer
{
    /// <summary>Git LFS itself takes nothing longer for one.</summary>
    public const int BytesMax = 1_024;

    private const string Version = "version https://git-lfs.github.com/spec/v1\n";
    private const string ObjectKey = "\noid sha256:";

    /// <summary>The object it points at; null when it is no pointer.</summary>
    public static ContentAlias? Read(ReadOnlySpan<byte> content)
    {
        if (content.Length > BytesMax) return null;
        var text = Encoding.UTF8.GetString(content);
        if (!text.StartsWith(Version, StringComparison.Ordinal)) return null;
        var at = text.IndexOf(ObjectKey, StringComparison.Ordinal);
        if (at < 0) return null;
        var end = text.IndexOf('\n', at + ObjectKey.Length);
        var digest = text[(at + ObjectKey.Length)..(end < 0 ? text.Length : end)].TrimEnd('\r');
        return ContentAlias.Parse(AliasAlgorithm.Sha256, digest) is { IsFailure: false } alias ? alias.Value : null;
    }
}
