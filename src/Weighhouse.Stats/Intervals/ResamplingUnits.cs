using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>What is drawn as one: rows or whole clusters, within strata.</summary>
internal sealed class ResamplingUnits
{
    private readonly int[][] _units;

    private ResamplingUnits(int[][] units, int[][] strata, int rows, string? problem)
    {
        (_units, Strata, Problem) = (units, strata, problem);
        All = [.. Enumerable.Range(0, rows)];
    }

    public int[] All { get; }

    /// <summary>The units of each stratum.</summary>
    public IReadOnlyList<int[]> Strata { get; }

    /// <summary>Why nothing can be drawn; null when it can.</summary>
    public string? Problem { get; }

    public static ResamplingUnits Of(int rows, BootstrapOptions options)
    {
        Invariant.That(options.Clusters is null || options.Clusters.Count == rows);
        Invariant.That(options.Strata is null || options.Strata.Count == rows);
        var all = Enumerable.Range(0, rows).ToArray();
        var units = options.Clusters is { } clusters
            ? [.. all.GroupBy(row => clusters[row]).OrderBy(group => group.Key).Select(group => group.ToArray())]
            : all.Select(row => new[] { row }).ToArray();
        var numbers = Enumerable.Range(0, units.Length);
        if (options.Strata is not { } strata)
            return new ResamplingUnits(units, [[.. numbers]], rows, units.Length < 2 ? "there is one cluster only" : null);
        var mixed = Array.FindIndex(units, unit => unit.Any(row => strata[row] != strata[unit[0]]));
        var groups = numbers.GroupBy(unit => strata[units[unit][0]]).OrderBy(group => group.Key).Select(group => group.ToArray()).ToArray();
        return new ResamplingUnits(units, groups, rows, mixed < 0 ? null
            : $"a cluster lies in two strata (row {units[mixed][0]} begins it)");
    }

    public void Draw(CounterRandom random, List<int> rows)
    {
        rows.Clear();
        foreach (var stratum in Strata)
            for (var at = 0; at < stratum.Length; at++) rows.AddRange(_units[stratum[random.Below(stratum.Length)]]);
    }

    public int[] Without(int unit) => _units[unit] is [var row] ? [.. All[..row], .. All[(row + 1)..]] : [.. All.Except(_units[unit])];
}
