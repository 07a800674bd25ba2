using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Browser;

/// <summary>
/// A server whose first experiment has a hundred thousand runs. To log them would take minutes, so they are written into the database while
/// no server has it open.
/// </summary>
internal sealed class ManyRuns : IAsyncDisposable
{
    public const int Runs = 100_000;
    /// <summary>A metric of the oldest run alone, among thousands of its kind: no page of runs that anybody looks at has it.</summary>
    public const string RareKey = "zz/needle";
    private const int RareKeys = 3_000;

    private static readonly SqlText[] Statements =
    [
        SqlText.Both("AddKeys", $"""
            INSERT INTO tracking_keys (key_no, key) VALUES (1001, 'loss'), (1002, 'accuracy'), (1003, 'lr'), (1004, '{RareKey}')
            """),
        SqlText.Both("AddRareKeys", $"""
            INSERT INTO tracking_keys (key_no, key)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {RareKeys})
            SELECT 2000 + i, printf('layer/%04d', i) FROM n
            """),
        SqlText.Both("AddRuns", $"""
            INSERT INTO tracking_runs (run_no, run_id, experiment_no, name, user_name, status, start_ms, end_ms, artifact_uri, lifecycle)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Runs})
            SELECT i, printf('%032x', i), 0, printf('run-%06d', i), 'ann', 3, 1790000000000 + i, 1790000001000 + i,
                'mlflow-artifacts:/0/' || i, 0
            FROM n
            """),
        SqlText.Both("AddMetrics", """
            INSERT INTO tracking_metrics
            SELECT r.run_no, k.key_no, 0, r.start_ms, v, 0, r.start_ms, v, 0, r.start_ms, v, 0, r.start_ms, 1
            FROM (SELECT run_no, start_ms, (run_no * 7919 % 100003) / 100003.0 AS v FROM tracking_runs) r
            JOIN tracking_keys k ON k.key_no IN (1001, 1002)
            UNION ALL
            SELECT 1, k.key_no, 0, 1790000000001, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1 FROM tracking_keys k WHERE k.key_no >= 1004
            """),
        SqlText.Both("AddParams", """
            INSERT INTO tracking_params
            SELECT run_no, 1003, 0, '0.' || run_no % 10, '0.' || run_no % 10 FROM tracking_runs
            """),
    ];

    private readonly TemporaryFolder _folder;
    private readonly WeighProcess _server;

    private ManyRuns(TemporaryFolder folder, WeighProcess server) => (_folder, _server) = (folder, server);

    public Uri Url => _server.Url;

    /// <summary>The name of the run that began as number so and so: 1 is the oldest.</summary>
    public static string NameOf(int number) => number.ToString("run-000000", CultureInfo.InvariantCulture);

    public static async Task<ManyRuns> StartAsync()
    {
        var folder = new TemporaryFolder();
        await FillAsync(folder["data"]);
        return new ManyRuns(folder, await WeighProcess.StartAsync(folder["data"]));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task FillAsync(string folder)
    {
        await using var services = new ServiceCollection()
            .AddData(new DatabaseOptions { DataDirectory = Directory.CreateDirectory(folder).FullName })
            .AddTracking().BuildServiceProvider();
        var prepared = await services.GetRequiredService<IDatabaseStartup>().PrepareAsync(CancellationToken.None);
        Assert.False(prepared.IsFailure, prepared.Error?.ToString());
        var filled = await services.GetRequiredService<IDatabase>().WriteAsync<Done>(
            async session =>
            {
                foreach (var statement in Statements) await session.Prepare(statement).ExecuteAsync();
                return Done.Value;
            },
            CancellationToken.None);
        Assert.False(filled.IsFailure, filled.Error?.ToString());
    }
}
