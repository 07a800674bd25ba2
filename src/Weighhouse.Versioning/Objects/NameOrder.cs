using System.Text;

namespace Weighhouse.Versioning.Objects;

/// <summary>The order of names in a folder: byte by byte of their UTF-8, which is the order of code points.</summary>
internal sealed class NameOrder : IComparer<string>, IComparer<TreeEntry>
{
    public static readonly NameOrder Instance = new();

    public int Compare(string? x, string? y) => Of(x, y);

    public int Compare(TreeEntry x, TreeEntry y) => Of(x.Name, y.Name);

    /// <summary>Surrogates stand below U+E000 in UTF-16 and above it in UTF-8; everything else compares alike.</summary>
    public static int Of(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length) return left.Length.CompareTo(right.Length);
        var (a, b) = (left[same], right[same]);
        if (char.IsSurrogate(a) == char.IsSurrogate(b)) return a.CompareTo(b);
        return char.IsSurrogate(a) ? (b >= '\ue000' ? 1 : a.CompareTo(b)) : (a >= '\ue000' ? -1 : a.CompareTo(b));
    }

    public static byte[] BytesOf(string name) => Encoding.UTF8.GetBytes(name);
}
