using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Metrics.Compaction;

namespace Weighhouse.Tests.Server.Tracking.Metrics;

/// <summary>A tracking module on a fresh database, with the small steps that tests of metrics are made of.</summary>
internal sealed class MetricsHouse : IAsyncDisposable
{
    public const long StartMs = 1_700_000_000_000;

    private static readonly SqlText AddRun = SqlText.Both(
        "TestAddRun",
        """
        INSERT INTO tracking_runs (run_id, experiment_no, name, user_name, status, start_ms, artifact_uri, lifecycle)
        VALUES (@run_id, 0, 'test', 'test', 1, @start_ms, '', 0)
        """);

    private static readonly SqlText CountRows = SqlText.Both("TestCountTail", "SELECT COUNT(*) FROM tracking_metric_tail");
    private static readonly SqlText CountBlocks = SqlText.Both("TestCountBlocks", "SELECT COUNT(*) FROM tracking_metric_blocks");

    private readonly TestDatabase _database;
    private int _runs;

    private MetricsHouse(TestDatabase database) => _database = database;

    public TestDatabase Database => _database;

    public IMetrics Metrics => _database.Get<IMetrics>();

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<MetricsHouse> StartAsync(DatabaseEngine engine, TrackingOptions? options = null) =>
        new(await TestDatabase.StartAsync(engine, services =>
        {
            services.AddLogging();
            services.AddTracking(options);
        }));

    public async Task<RunId> AddRunAsync()
    {
        var run = new RunId($"{++_runs:x32}");
        var added = await _database.Database.WriteAsync<Done>(
            async session =>
            {
                await session.Prepare(AddRun).Bind("run_id", run.Text).Bind("start_ms", StartMs).ExecuteAsync();
                return Done.Value;
            },
            Cancellation);
        Assert.False(added.IsFailure, added.Error?.Message);
        return run;
    }

    public async Task ExecuteAsync(string sql)
    {
        var statement = SqlText.Both("Test", sql);
        var done = await _database.Database.WriteAsync<int>(async session => await session.Prepare(statement).ExecuteAsync(), Cancellation);
        Assert.False(done.IsFailure, done.Error?.Message);
    }

    public async Task<T> QueryAsync<T>(string sql, Func<DbRow, T> read)
    {
        var statement = SqlText.Both("Test", sql);
        var rows = await _database.Database.ReadAsync(session => session.Prepare(statement).ListAsync(read), Cancellation);
        return rows.Single();
    }

    public async Task LogAsync(RunId run, string key, params MetricPoint[] points)
    {
        foreach (var part in points.Chunk(1_000))
            Assert.Null((await TryLogAsync(run, [.. part.Select(point => new MetricSample(key, point))])).Error);
    }

    public async Task<Result<Done>> TryLogAsync(RunId run, params MetricSample[] samples) =>
        await Metrics.LogBatchAsync(Principal.Local, run, new RunBatch(samples, [], []), Cancellation);

    public async Task<Result<Done>> TryLogAsync(RunId run, RunBatch batch, Principal? caller = null) =>
        await Metrics.LogBatchAsync(caller ?? Principal.Local, run, batch, Cancellation);

    public async Task CompactAsync() => await _database.Get<CompactionService>().DrainAsync(Cancellation);

    public async Task<(long TailRows, long Blocks)> CountAsync() => (
        (await _database.Database.ReadAsync(session => session.Prepare(CountRows).LongAsync(), Cancellation))!.Value,
        (await _database.Database.ReadAsync(session => session.Prepare(CountBlocks).LongAsync(), Cancellation))!.Value);

    public async Task<MetricPoint[]> HistoryAsync(RunId run, string key, int pageSize = 25_000)
    {
        var all = new List<MetricPoint>();
        string? token = null;
        do
        {
            var page = await Metrics.HistoryAsync(Principal.Local, run, key, new PageRequest(pageSize, token), Cancellation);
            Assert.False(page.IsFailure, page.Error?.Message);
            Assert.True(page.Value.NextToken is null || page.Value.Items.Count == pageSize);
            all.AddRange(page.Value.Items);
            token = page.Value.NextToken;
        }
        while (token is not null);
        return [.. all];
    }

    public async Task<Frame> EnvelopeAsync(EnvelopeQuery query)
    {
        var envelope = await Metrics.EnvelopeAsync(Principal.Local, query, Cancellation);
        Assert.False(envelope.IsFailure, envelope.Error?.Message);
        return Frame.Read(envelope.Value.ToArray());
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
