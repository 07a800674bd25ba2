namespace Weighhouse;

/// <summary>Where a random test begins: at WEIGH_SEED, so that a failure repeats, or anywhere. The test prints what it was.</summary>
internal static class TestSeed
{
    public static int Next() => Asked ?? Environment.TickCount & int.MaxValue;

    /// <summary>
    /// The same in every run that asks for no other: for claims about chance itself, which the best of programs breaks now and then.
    /// <c>./build soak</c> asks for new ones.
    /// </summary>
    public static int Same() => Asked ?? 20_260_701;

    private static int? Asked => int.TryParse(Environment.GetEnvironmentVariable("WEIGH_SEED"), out var seed) ? seed : null;
}
