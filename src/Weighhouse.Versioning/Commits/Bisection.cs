using System.Numerics;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Commits;

/// <summary>Which commit to try next when looking for the first bad one.</summary>
internal static class Bisection
{
    /// <summary>Each suspect knows its suspected ancestors as a set of bits: 20,000 take 50 MB at most, for one request.</summary>
    private const int SuspectsMax = 20_000;

    public static async ValueTask<Result<BisectStep>> StepAsync(Ancestry ancestry, CommitNode bad, IReadOnlyList<CommitNode> good)
    {
        if (!(await ancestry.SuspectsAsync(bad, good, SuspectsMax)).TryGet(out var suspects, out var error)) return error;
        if (suspects.Count == 0)
            return Error.Precondition($"The bad commit {bad.Id} is an ancestor of a good one: nothing lies between.");
        return new BisectStep(suspects[Halve(suspects)].Id, suspects.Count);
    }

    /// <summary>The suspect whose suspected ancestors, itself included, come nearest to half of all.</summary>
    private static int Halve(List<CommitNode> suspects)
    {
        var places = new Dictionary<long, int>(suspects.Count);
        var ancestors = new ulong[suspects.Count][];
        var (best, bestDistance) = (suspects.Count - 1, int.MaxValue);
        for (var i = 0; i < suspects.Count; i++)
        {
            places.Add(suspects[i].Number, i);
            var own = ancestors[i] = new ulong[(i / 64) + 1];
            own[i / 64] |= 1UL << (i % 64);
            foreach (var parent in suspects[i].Parents)
            {
                if (!places.TryGetValue(parent, out var place)) continue;
                var theirs = ancestors[place];
                for (var word = 0; word < theirs.Length; word++) own[word] |= theirs[word];
            }

            var count = own.Sum(static word => BitOperations.PopCount(word));
            // Trying the bad commit itself would tell nothing while others are left.
            if (i == suspects.Count - 1 && suspects.Count > 1) continue;
            var distance = Math.Abs(suspects.Count - (2 * count));
            if (distance < bestDistance) (best, bestDistance) = (i, distance);
        }

        return best;
    }
}
