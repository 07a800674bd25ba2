using System.Text;

namespace Weighhouse.Versioning.Objects;

/// <summary>
/// Where a long list of names is cut into nodes. A border depends on a few neighbouring names alone, so that adding, changing or
/// removing one name leaves all but the nearest borders where they were, whoever makes the list and in whatever order.
/// </summary>
internal static class TreeSplitter
{
    /// <summary>A folder of at most so many entries is one node: most folders then cost one read.</summary>
    public const int UnsplitMax = 1_000;

    /// <summary>A level of at most so many parts is one node.</summary>
    public const int UnsplitPartsMax = 64;

    /// <summary>
    /// A border follows a name whose hash is the least among its three neighbours on either side: nodes of 7 on average and of an
    /// even size, for which 100 changes in 20,000 names rewrite less than 100 KB.
    /// </summary>
    private const int Radius = 3;

    /// <summary>Chance makes no node as long as this; names chosen to avoid borders do.</summary>
    private const int NodeMax = 64;

    /// <summary>The exclusive ends of the nodes.</summary>
    /// <param name="level">The level of the nodes to be cut; hashes differ by level, or all borders would fall together.</param>
    public static List<int> Cut(IReadOnlyList<string> names, int level)
    {
        var hashes = new ulong[names.Count];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = HashOf(names[i], level);
        var ends = new List<int>();
        var start = 0;
        for (var i = 0; i < hashes.Length; i++)
        {
            if (!IsLeast(hashes, i) && i - start + 1 < NodeMax) continue;
            ends.Add(i + 1);
            start = i + 1;
        }

        if (start < hashes.Length) ends.Add(hashes.Length);
        return ends;
    }

    private static bool IsLeast(ulong[] hashes, int at)
    {
        for (var i = Math.Max(0, at - Radius); i <= at + Radius && i < hashes.Length; i++)
            if (i != at && hashes[i] <= hashes[at]) return false;
        return true;
    }

    /// <summary>FNV-1a of the level and the name's UTF-8, mixed so that its high bits depend on all of them.</summary>
    private static ulong HashOf(string name, int level)
    {
        Span<byte> utf8 = stackalloc byte[NameRules.BytesMax];
        var length = Encoding.UTF8.GetBytes(name, utf8);
        var hash = (14695981039346656037UL ^ (byte)level) * 1099511628211UL;
        foreach (var octet in utf8[..length]) hash = (hash ^ octet) * 1099511628211UL;
        hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93UL;
        return hash ^ (hash >> 32);
    }
}
