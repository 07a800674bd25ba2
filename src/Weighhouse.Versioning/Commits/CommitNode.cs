using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Commits;

/// <summary>A commit as far as ancestry is concerned. Immutable, as its row is.</summary>
/// <param name="Parents">Their numbers, the first parent first.</param>
/// <param name="OrderMs">Greater than every parent's: newest first never shows a parent before its child.</param>
internal sealed record CommitNode(long Number, Digest Id, Digest Tree, long[] Parents, long Generation, long OrderMs)
{
    /// <summary>The parents themselves, once somebody asked for them.</summary>
    public CommitNode[]? Resolved { get; set; }

    public static CommitNode Read(DbRow row) => new(
        row.Long(0), new Digest(row.Bytes(1)), new Digest(row.Bytes(2)), ParentsOf(row.Text(3)), row.Long(4), row.Long(5));

    public static string Join(IEnumerable<long> parents) =>
        string.Join(',', parents.Select(static number => number.ToString(CultureInfo.InvariantCulture)));

    private static long[] ParentsOf(string text) =>
        text.Length == 0 ? [] : Array.ConvertAll(text.Split(','), static number => long.Parse(number, CultureInfo.InvariantCulture));
}
