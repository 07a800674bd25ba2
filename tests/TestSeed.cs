namespace Weighhouse;

/// <summary>Where a random test begins: at WEIGH_SEED, so that a failure repeats, or anywhere. The test prints what it was.</summary>
internal static class TestSeed
{
    public static int Next() =>
        int.TryParse(Environment.GetEnvironmentVariable("WEIGH_SEED"), out var seed) ? seed : Environment.TickCount & int.MaxValue;
}
