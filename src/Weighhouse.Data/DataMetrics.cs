using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Weighhouse.Data;

/// <summary>The meter "Weighhouse.Data". Durations are in milliseconds; a histogram nobody listens to costs a comparison.</summary>
internal static class DataMetrics
{
    public const string MeterName = "Weighhouse.Data";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Histogram<int> BatchUnits =
        Meter.CreateHistogram<int>("weighhouse.data.write.batch.units", "{unit}", "Writes in one transaction");

    private static readonly Histogram<double> BatchMs =
        Meter.CreateHistogram<double>("weighhouse.data.write.batch.duration", "ms", "From a transaction's beginning to its durable end");

    private static readonly Histogram<double> CommitMs =
        Meter.CreateHistogram<double>("weighhouse.data.commit.duration", "ms", "Making a transaction durable");

    private static readonly Histogram<double> WriteMs =
        Meter.CreateHistogram<double>("weighhouse.data.write.duration", "ms", "From queueing a write to its durable end");

    private static readonly Histogram<double> StatementMs =
        Meter.CreateHistogram<double>("weighhouse.data.statement.duration", "ms", "One query, by statement");

    public static readonly Histogram<double> CheckpointMs =
        Meter.CreateHistogram<double>("weighhouse.data.checkpoint.duration", "ms", "Moving the write-ahead log into the file");

    public static readonly Counter<long> Retries =
        Meter.CreateCounter<long>("weighhouse.data.write.retries", "{retry}", "Writes run again after a collision");

    private static readonly Counter<long> JobRuns =
        Meter.CreateCounter<long>("weighhouse.data.job.runs", "{run}", "Runs of jobs, by kind and outcome");

    private static volatile int _logPages;
    private static volatile IDatabaseEngine? _engine;

    static DataMetrics()
    {
        Meter.CreateObservableGauge("weighhouse.data.write.queue.units", () => _engine?.QueueDepth ?? 0, "{unit}", "Writes that wait");
        Meter.CreateObservableGauge("weighhouse.data.log.pages", () => _logPages, "{page}", "Pages in SQLite's write-ahead log");
    }

    public static int LogPages
    {
        set => _logPages = value;
    }

    public static void Watch(IDatabaseEngine engine) => _engine = engine;

    public static void Committed(int units, long start, long commitStart, long end)
    {
        BatchUnits.Record(units);
        CommitMs.Record(Stopwatch.GetElapsedTime(commitStart, end).TotalMilliseconds);
        BatchMs.Record(Stopwatch.GetElapsedTime(start, end).TotalMilliseconds);
    }

    public static void WriteWaitMs(long queuedAt, long end) => WriteMs.Record(Stopwatch.GetElapsedTime(queuedAt, end).TotalMilliseconds);

    public static void JobRan(string kind, string outcome) =>
        JobRuns.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>0 when nobody listens.</summary>
    public static long StatementStart() => StatementMs.Enabled ? Stopwatch.GetTimestamp() : 0;

    public static void StatementEnd(SqlText text, long start)
    {
        if (start == 0) return;
        var statement = new KeyValuePair<string, object?>("statement", text.Name);
        StatementMs.Record(Stopwatch.GetElapsedTime(start).TotalMilliseconds, statement);
    }
}
