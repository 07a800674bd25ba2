using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Bench.Load;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Bench.Data;

/// <summary>The database by itself: no HTTP, no module above it.</summary>
internal sealed class DataBench(Report report, string folder, string url, bool quick) : IAsyncDisposable
{
    private const int RowsPerBatch = 1_000;
    private const int Runs = 200;

    private static readonly SqlText InsertPoint = SqlText.Both(
        "InsertPoint",
        """
        INSERT INTO bench_points (run, key, step, time_ms, value) VALUES (@run, @key, @step, @time_ms, @value)
        ON CONFLICT (run, key, step) DO UPDATE SET time_ms = excluded.time_ms, value = excluded.value
        """);

    private static readonly SqlText SelectPoint = SqlText.Both(
        "SelectPoint", "SELECT value FROM bench_points WHERE run = @run AND key = @key AND step = @step");

    private static readonly SqlText SelectSeries = SqlText.Both(
        "SelectSeries", "SELECT step, time_ms, value FROM bench_points WHERE run = @run ORDER BY key, step LIMIT 10000");

    private static readonly SqlText InsertTag = SqlText.Both(
        "InsertTag",
        "INSERT INTO bench_tags (run, name, text) VALUES (@run, @name, @text) ON CONFLICT (run, name) DO UPDATE SET text = excluded.text");

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddData(new DatabaseOptions { DataDirectory = folder, Url = url })
        .AddSingleton(new MigrationSource("bench", typeof(DataBench).Assembly))
        .BuildServiceProvider();

    private readonly record struct Point(long Run, long Key, long Step, long TimeMs, double Value);

    /// <summary>The promises are for the embedded engine.</summary>
    private bool HasBars => url.Length == 0;

    private IDatabase Database => _services.GetRequiredService<IDatabase>();

    public async Task RunAsync()
    {
        var prepared = await _services.GetRequiredService<IDatabaseStartup>().PrepareAsync(CancellationToken.None);
        if (prepared.IsFailure) throw new InvalidOperationException(prepared.Error.Message);
        var seconds = TimeSpan.FromSeconds(quick ? 1 : 4);
        await SingleWritesAsync(seconds, 1);
        await SingleWritesAsync(seconds, 8);
        await SingleWritesAsync(seconds, 64);
        await BatchesAsync(seconds, 1);
        await BatchesAsync(seconds, 8);
        await ReadsAsync(seconds);
        await SeriesAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task SingleWritesAsync(TimeSpan time, int clients)
    {
        var sample = await DriveAsync(clients, time, async (client, turn) => Require(await Database.WriteAsync<int>(
            async session => await session.Prepare(InsertTag)
                .Bind("run", (long)client).Bind("name", $"tag {turn % 100}").Bind("text", $"some value {turn}").ExecuteAsync(),
            CancellationToken.None)));
        var what = $"one durable write, {clients} client{(clients > 1 ? "s" : "")}";
        if (clients == 1 && HasBars) report.AtMost($"{what}, p50", sample.P50, "ms", 0.5);
        else report.Note($"{what}, p50", sample.P50, "ms");
        report.Note($"{what}, p95", sample.P95, "ms");
        report.Note(what, sample.PerSecond, "writes/s");
    }

    private async Task BatchesAsync(TimeSpan time, int clients)
    {
        var sample = await DriveAsync(clients, time, async (client, turn) =>
        {
            var points = new Point[RowsPerBatch];
            for (var i = 0; i < points.Length; i++)
                points[i] = new Point(client * Runs + turn % Runs, i % 10, turn / Runs * 100L + i / 10, 1_700_000_000_000 + turn, i * 0.5);
            Require(await Database.WriteAsync<int>(
                async session => await session.ExecuteManyAsync(InsertPoint, points, static (statement, point) => statement
                    .Bind("run", point.Run).Bind("key", point.Key).Bind("step", point.Step)
                    .Bind("time_ms", point.TimeMs).Bind("value", point.Value)),
                CancellationToken.None));
        });
        var what = $"batches of {RowsPerBatch:N0} rows, {clients} client{(clients > 1 ? "s" : "")}";
        if (HasBars) report.AtLeast(what, sample.PerSecond * RowsPerBatch, "rows/s", 300_000);
        else report.Note(what, sample.PerSecond * RowsPerBatch, "rows/s");
    }

    private async Task ReadsAsync(TimeSpan time)
    {
        foreach (var clients in new[] { 1, 8 })
        {
            var sample = await DriveAsync(clients, time, async (client, turn) => await Database.ReadAsync(
                session => session.Prepare(SelectPoint).Bind("run", (long)(turn % Runs)).Bind("key", 1).Bind("step", 3)
                    .FirstAsync(static row => row.Double(0)),
                CancellationToken.None));
            report.Note($"one row by its key, {clients} client{(clients > 1 ? "s" : "")}, p50", sample.P50 * 1_000, "µs");
            report.Note($"one row by its key, {clients} client{(clients > 1 ? "s" : "")}", sample.PerSecond, "reads/s");
        }
    }

    private async Task SeriesAsync()
    {
        var rows = 0;
        var started = Stopwatch.GetTimestamp();
        for (var run = 0; run < 100; run++)
            rows += (await Database.ReadAsync(
                session => session.Prepare(SelectSeries).Bind("run", (long)run)
                    .ListAsync(static row => (row.Long(0), row.Long(1), row.Double(2))),
                CancellationToken.None)).Count;
        report.Note("rows read in lists", rows / Stopwatch.GetElapsedTime(started).TotalSeconds, "rows/s");
    }

    private static async Task<Sample> DriveAsync(int clients, TimeSpan time, Func<int, int, Task> once)
    {
        var started = Stopwatch.GetTimestamp();
        var end = started + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var latencies = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var own = new List<double>();
            for (var turn = 0; Stopwatch.GetTimestamp() < end; turn++)
            {
                var begun = Stopwatch.GetTimestamp();
                await once(client, turn);
                own.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            return own;
        })));
        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] all = [.. latencies.SelectMany(own => own)];
        Array.Sort(all);
        return new Sample(all, wall);
    }

    private static void Require<T>(Result<T> result)
    {
        if (result.IsFailure) throw new InvalidOperationException(result.Error.Message);
    }
}
