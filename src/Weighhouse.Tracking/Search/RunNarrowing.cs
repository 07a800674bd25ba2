using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>
/// How much of a search's filter is known as a set of runs. At first nothing is: each run is tested as it comes. When that proves
/// wasteful the parts of the filter are read as sets, the most selective first, until testing what is left is cheap.
/// </summary>
internal sealed class RunNarrowing(RunSets sets, RunQuery query, SearchTuning tuning)
{
    private readonly List<FilterNode> _unread = [.. Parts(query.Filter).OrderBy(RunSets.Rank)];
    private readonly List<FilterNode> _tooLarge = [];
    private long _tested;
    private long _passed;
    private long _walked;

    /// <summary>The runs that satisfy the view and the parts that were read; null at first.</summary>
    public RunSet? Matching { get; private set; }

    /// <summary>What is still to be tested of a run.</summary>
    public FilterNode Rest { get; private set; } = query.Filter;

    /// <summary>
    /// Whether to read and sort all runs that are left is the quickest: they are few, or the way to them has cost as much already.
    /// </summary>
    public bool IsFew => Matching is { IsComplement: false } set && (set.Count <= tuning.SortedMax
        || _walked + (_tested * tuning.EntriesPerTest) >= (long)set.Count * tuning.EntriesPerTest);

    private bool IsNarrow => Matching is { IsComplement: false } set && set.Count <= tuning.NarrowedMax;

    /// <summary>Entries of an index were read on the way.</summary>
    public void NoteWalked(int entries) => _walked += entries;

    /// <summary>Runs were looked up and the rest of the filter let so many pass.</summary>
    public void NoteTested(int runs, int passed)
    {
        _tested += runs;
        _passed += passed;
    }

    /// <summary>How many runs to test at once so that they likely yield the ones missing: each statement costs as much as 20
    /// tests.</summary>
    public int BatchFor(int missing)
    {
        if (Matching is not null && Rest is FilterAll { Parts.Count: 0 }) return missing;
        var expected = _tested == 0 ? missing : missing * (_tested + 1) / (_passed + 1);
        return (int)Math.Clamp(expected, Math.Max(missing, tuning.BatchMin), Math.Max(missing, tuning.ReadAtOnceMax));
    }

    /// <summary>Reads more of the filter as sets when testing run by run goes on for too long without filling the page.</summary>
    public async ValueTask LearnAsync(int missing)
    {
        if (_tested == 0 || (Matching is not null && _unread.Count == 0)) return;
        // What no index answers is read from every run of the experiments: it must be worth more tests.
        var isScanned = _unread.Count > 0 && RunSets.Rank(_unread[0]) >= RunSets.ScannedRank;
        var testedMax = isScanned ? tuning.TestedBeforeScanMax : tuning.TestedMax;
        if (_tested * missing / Math.Max(1, _passed) > testedMax) await NarrowAsync();
    }

    /// <summary>Reads parts until few runs are left, or all parts.</summary>
    public async ValueTask EvaluateAsync()
    {
        if (Matching is null) await NarrowAsync();
        while (_unread.Count > 0 && !IsNarrow) await NarrowAsync();
    }

    /// <summary>Reads the view and all equalities, the rarest first; when there are none, the next part.</summary>
    private async ValueTask NarrowAsync()
    {
        Matching ??= await sets.OfAsync(query.View);
        var equalities = _unread.OfType<FilterClause>().Where(static part => RunSets.Rank(part) == 0).ToList();
        foreach (var part in equalities.Count > 0 ? await RarestFirstAsync(equalities) : [.. _unread.Take(1)])
        {
            if (IsNarrow) break;
            await ReadAsync(part);
        }

        Rest = new FilterAll([.. _unread, .. _tooLarge]);
        (_tested, _passed, _walked) = (0, 0, 0);
    }

    private async ValueTask<IReadOnlyList<FilterNode>> RarestFirstAsync(List<FilterClause> equalities)
    {
        if (equalities.Count == 1) return equalities;
        var sized = new List<(FilterClause Part, long Size)>(equalities.Count);
        foreach (var part in equalities) sized.Add((part, await sets.CountAsync(part, tuning.CountedMax)));
        return [.. sized.OrderBy(static part => part.Size).Select(static part => part.Part)];
    }

    /// <summary>A clause that far more runs satisfy than are left is not read to the end: to test those left costs less.</summary>
    private async ValueTask ReadAsync(FilterNode part)
    {
        _unread.Remove(part);
        if (Matching is { IsComplement: false } left && part is FilterClause { Operator: not FilterOperator.IsNull } clause)
        {
            var max = Math.Max(tuning.NarrowedMax, left.Count) * tuning.EntriesPerTest;
            if (await sets.ReadAsync(clause, max) is { } read) Matching = RunSet.Intersect(left, read);
            else _tooLarge.Add(part);
        }
        else
        {
            Matching = RunSet.Intersect(Matching!, await sets.OfAsync(part));
        }
    }

    private static IReadOnlyList<FilterNode> Parts(FilterNode filter) => filter is FilterAll all ? all.Parts : [filter];
}
