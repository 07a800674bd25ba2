using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>Draws rows again where no formula tells a figure's spread; of many rows fewer times, so that it takes seconds.</summary>
internal sealed class Resampling(ulong seed, EvaluationOptions options)
{
    /// <summary>Fewer resamples tell nothing of the ends of an interval.</summary>
    private const int ResamplesMin = 200;

    public Interval Percentile(int rows, RowStatistic statistic) => Times(rows) is { } times
        ? Bootstrap.Interval(rows, statistic, new CounterRandom(seed), Options(times))
        : Interval.Undefined("bootstrap percentile", TooMany(rows));

    /// <summary>Whether the difference is other than 0, and its interval.</summary>
    public (TestResult Test, Interval Bounds) Paired(int rows, RowStatistic difference)
    {
        if (Times(rows) is not { } times)
            return (TestResult.Undefined("paired bootstrap", TooMany(rows)), Interval.Undefined("bootstrap percentile", TooMany(rows)));
        return (Bootstrap.PairedTest(rows, difference, new CounterRandom(seed), Options(times)),
            Bootstrap.Interval(rows, difference, new CounterRandom(seed), Options(times)));
    }

    private static BootstrapOptions Options(int times) => new() { Method = BootstrapMethod.Percentile, Resamples = times };

    private int? Times(int rows) =>
        (int)Math.Min(options.Resamples, options.DrawnRowsMax / Math.Max(rows, 1)) is var times and >= ResamplesMin ? times : null;

    private string TooMany(int rows) => $"{rows} rows are too many to be drawn {ResamplesMin} times";
}
