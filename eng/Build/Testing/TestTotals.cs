namespace Weighhouse.Build;

internal sealed record TestTime(string Name, double Seconds);

/// <summary>What came of one test program, or of several added up.</summary>
internal sealed class TestTotals
{
    private const int SlowestShown = 8;

    private readonly List<TestTime> _times = [];

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    public Dictionary<string, int> SkipReasons { get; } = [];

    public IEnumerable<TestTime> Slowest => _times.OrderByDescending(test => test.Seconds).Take(SlowestShown);

    public void Pass(string name, double seconds)
    {
        Passed++;
        _times.Add(new TestTime(name, seconds));
    }

    public void Fail(string name, double seconds)
    {
        Failed++;
        _times.Add(new TestTime(name, seconds));
    }

    public void Skip(string reason)
    {
        Skipped++;
        SkipReasons[reason] = SkipReasons.GetValueOrDefault(reason) + 1;
    }

    public void Add(TestTotals other)
    {
        Passed += other.Passed;
        Failed += other.Failed;
        Skipped += other.Skipped;
        _times.AddRange(other._times);
        foreach (var (reason, count) in other.SkipReasons) SkipReasons[reason] = SkipReasons.GetValueOrDefault(reason) + count;
    }
}
