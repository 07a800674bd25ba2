namespace Weighhouse.Tracking.Search;

/// <summary>
/// Where a search turns from one way to another. Every way gives the same answer, so these are about time alone; tests set them low to
/// walk every way with few runs. Measured on SQLite: to look a run up by number and test it costs 1 to 2 µs, to read one entry of an
/// index in order 0.1 µs, to read every run of an experiment 0.5 µs a run.
/// </summary>
internal sealed record SearchTuning
{
    /// <value>A clause that leaves at most 500 runs leads the search: all are tested and sorted in half a millisecond.</value>
    public int FewMax { get; init; } = 500;

    /// <value>8 clauses are tried for that; each try costs a look into an index.</value>
    public int ProbesMax { get; init; } = 8;

    /// <value>32 experiments are walked one after another; more are scanned together.</value>
    public int WalkedExperimentsMax { get; init; } = 32;

    /// <value>600 runs may be tested one by one for a page; when more are to be expected more of the filter is read as a set.</value>
    public int TestedMax { get; init; } = 600;

    /// <value>10,000 where no index answers the next part of the filter: to read it takes a look at every run, a pattern up to 0.3 µs
    /// each.</value>
    public int TestedBeforeScanMax { get; init; } = 10_000;

    /// <value>50 runs are tested at once at least: a statement costs as much as 20 of them.</value>
    public int BatchMin { get; init; } = 50;

    /// <value>12 entries of an index are read in order in the time that one run is looked up and tested.</value>
    public int EntriesPerTest { get; init; } = 12;

    /// <value>32,768 runs are counted at most to see which of two equalities is the rarer: half a millisecond.</value>
    public int CountedMax { get; init; } = 32_768;

    /// <value>1,000 runs that are equal in a term are read and sorted at once; more are walked by the next term.</value>
    public int ReadAtOnceMax { get; init; } = 1_000;

    /// <value>Clauses that leave at most 600 runs are enough of a set: the other clauses are tested where the page needs it.</value>
    public int NarrowedMax { get; init; } = 600;

    /// <value>A set of at most 300 runs is read and sorted whole; to walk an index for so few takes longer.</value>
    public int SortedMax { get; init; } = 300;

    /// <value>256 entries of an index are read at first.</value>
    public int ChunkMin { get; init; } = 256;

    /// <value>32,768 entries of an index are read at most before the next look at what was found.</value>
    public int ChunkMax { get; init; } = 32_768;

    /// <value>A set of more than 20,000 runs is met by scanning the experiments instead of looking each run up.</value>
    public int ScannedAsSetMax { get; init; } = 20_000;
}
