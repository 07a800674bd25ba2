using System.Diagnostics;
using Weighhouse.Bench.Load;

namespace Weighhouse.Bench.Tracking;

/// <summary>The figures that the tracking server promises, each measured over HTTP against the real program.</summary>
internal sealed class TrackingBench(Report report, TrackingServer server, bool quick)
{
    private const int Connections = 8;
    private const int Seed = 20_261_121;

    private readonly TimeSpan _time = TimeSpan.FromSeconds(quick ? 3 : 10);

    public void Writes()
    {
        var experiment = server.CreateExperiment(Fresh("writes"));
        var one = Sample.Drive(server.Url, 1, _time, _ => Batches(experiment));
        report.AtLeast("log-batch of 1,000 metrics, durable, 1 client", one.PerSecond * 1_000, "rows/s", 100_000);
        var eight = Sample.Drive(server.Url, Connections, _time, _ => Batches(experiment));
        report.AtLeast("log-batch of 1,000 metrics, durable, 8 clients", eight.PerSecond * 1_000, "rows/s", 250_000);
        report.Note("  its p95", eight.P95, "ms");
        var single = Sample.Drive(server.Url, 1, _time, _ => Singles(experiment));
        report.AtMost("log-metric, durable, 1 client, p50", single.P50, "ms", 1.5);
        report.Note("  its p95", single.P95, "ms");
        var singles = Sample.Drive(server.Url, Connections, _time, _ => Singles(experiment));
        report.Note("log-metric, durable, 8 clients", singles.PerSecond, "req/s");
        var creates = Sample.Drive(server.Url, Connections, _time, _ => Creates(experiment));
        report.Note("runs/create, 8 clients", creates.PerSecond, "req/s");
        var gets = Sample.Drive(server.Url, Connections, _time, _ => Gets(experiment));
        report.Note("runs/get of 20 metrics, 8 clients", gets.PerSecond, "req/s");
    }

    public void Search(int runs, int pointsOfRun, double barMs)
    {
        var experiment = SeedRuns(runs, pointsOfRun);
        var filter = "\"filter\":\"metrics.m1 > 0.5 and params.p1 = 'v3'\",\"order_by\":[\"metrics.m0 DESC\"]";
        var first = Repeat(experiment, filter);
        report.AtMost($"runs/search of {runs:N0} runs, metric filter and order, p95", first.P95, "ms", barMs);
        report.Note($"runs/search of {runs:N0} runs, default order, p95", Repeat(experiment, null).P95, "ms");
        report.Note(
            $"runs/search of {runs:N0} runs, tag and status, p95",
            Repeat(experiment, "\"filter\":\"tags.team = 't3' and attributes.status = 'RUNNING'\"").P95, "ms");
        if (runs >= 100_000) DeepPage(experiment);
    }

    /// <summary>What no index answers at once: names, several params together, patterns, orders by other attributes.</summary>
    public void HardSearch(int runs, int pointsOfRun, double barMs)
    {
        var experiment = SeedRuns(runs, pointsOfRun);
        void Case(string what, string query) =>
            report.AtMost($"  of {runs:N0} runs, {what}, p95", Repeat(experiment, query).P95, "ms", barMs);

        Case("name =", $"\"filter\":\"attributes.run_name = 'run-{runs / 2}'\"");
        Case("name LIKE", "\"filter\":\"attributes.run_name LIKE '%-77%7'\"");
        Case("name ILIKE, nothing found", "\"filter\":\"attributes.run_name ILIKE '%Zebra%'\"");
        Case("four params", "\"filter\":\"params.p0 = 'v1' and params.p1 = 'v2' and params.p2 = 'v3' and params.p3 = 'v4'\"");
        Case("order by end", "\"order_by\":[\"attributes.end_time DESC\"]");
        Case("metric filter, order by end", "\"filter\":\"metrics.m1 > 0.9\",\"order_by\":[\"attributes.end_time ASC\"]");
        Case("end after", "\"filter\":\"attributes.end_time > 1700000999000\"");
        Case("order by name", "\"order_by\":[\"attributes.run_name ASC\"]");
        Case("order by status", "\"order_by\":[\"attributes.status ASC\"]");
        if (!server.IsWeighhouse) return;
        var native = server.PostNative(
            "runs/search", $$"""{"experiments":["{{experiment}}"],"pageSize":100,"filter":"attributes.run_name MATCHES '7[37]$'"}""");
        server.Send(native);
        var matches = Sample.Repeat(quick ? 20 : 100, _ => server.Send(native));
        report.AtMost($"  of {runs:N0} runs, name MATCHES, p95", matches.P95, "ms", barMs);
    }

    public void History()
    {
        const int points = 50_000;
        var run = server.CreateRun(server.CreateExperiment(Fresh("history")));
        for (var step = 0; step < points; step += 1_000) server.Send(server.Batch(run, 1, step, 1_000, (_, at) => 1.0 / (1 + at)));
        var page = $"metrics/get-history?run_id={run}&metric_key=m0&max_results=25000";
        var first = server.Send(server.Get(page));
        var bytes = first.Body.Length;
        var token = TrackingServer.Read(first).GetProperty("next_page_token").GetString();
        var read = Sample.Repeat(quick ? 5 : 30, _ =>
        {
            server.Send(server.Get(page));
            server.Send(server.Get($"{page}&page_token={Uri.EscapeDataString(token!)}"));
        });
        report.Note("get-history of 50,000 points, two whole pages, p50", read.P50, "ms");
        report.Note("  the JSON of a page", bytes / 1e6, "MB");
        var native = Sample.Repeat(quick ? 5 : 30, _ => server.Send(HttpLine.Request(server.Url, "GET", Envelope([run], "m0", 4_096))));
        report.AtMost("the same 50,000 points as envelope, p50", native.P50, "ms", 5);
    }

    public void Envelope()
    {
        const int runs = 10;
        var points = quick ? 100_000 : 1_000_000;
        var experiment = server.CreateExperiment(Fresh("envelope"));
        var ids = Enumerable.Range(0, runs).Select(_ => server.CreateRun(experiment)).ToArray();
        Parallel.ForEach(ids, new ParallelOptions { MaxDegreeOfParallelism = 4 }, run =>
        {
            var random = new Random(Seed);
            using var line = new HttpLine(server.Url);
            for (var step = 0; step < points; step += 1_000)
            {
                var answer = line.Send(server.Batch(run, 1, step, 1_000, (_, _) => random.NextDouble()));
                if (answer.Status != 200) throw new InvalidOperationException(answer.Text);
            }
        });
        var path = Envelope(ids, "m0", 1_200);
        var first = Sample.Repeat(1, _ => server.Send(HttpLine.Request(server.Url, "GET", path)));
        report.Note($"envelope of 10 runs x {points:N0} points, first", first.P50, "ms");
        var bytes = 0;
        var read = Sample.Repeat(quick ? 5 : 30, _ => bytes = server.Send(HttpLine.Request(server.Url, "GET", path)).Body.Length);
        report.AtMost($"envelope of 10 runs x {points:N0} points, p95", read.P95, "ms", 60);
        report.AtMost("  its bytes", bytes / 1e3, "KB", 100);
    }

    public void Artifacts(Func<double> residentMiB)
    {
        var block = new byte[1 << 20];
        new Random(Seed).NextBytes(block);
        var blocks = quick ? 200 : 1_000;
        var megabytes = blocks * (double)block.Length / 1e6;
        var path = $"/api/2.0/mlflow-artifacts/artifacts/{server.CreateExperiment(Fresh("artifacts"))}/bench/artifacts/f.bin";
        using var line = new HttpLine(server.Url);
        var before = residentMiB();
        var upload = Sample.Repeat(1, _ => Expect(200, line.Upload(path, block, blocks)));
        report.AtLeast($"artifact upload of {megabytes:N0} MB", megabytes / upload.P50 * 1e3, "MB/s", 300);
        var download = Sample.Repeat(2, _ => line.Download(path));
        report.AtLeast($"artifact download of {megabytes:N0} MB", megabytes / download.P50 * 1e3, "MB/s", 300);
        report.AtMost("  memory it added", residentMiB() - before, "MiB", 64);
    }

    private Func<HttpLine, int, Answer> Batches(string experiment)
    {
        var run = server.CreateRun(experiment);
        var prepared = Enumerable.Range(0, 64).Select(i => server.Batch(run, 10, i * 100, 100, (key, step) => 0.5 + step * 0.001 + key))
            .ToArray();
        return (line, turn) => line.Send(prepared[turn % prepared.Length]);
    }

    private Func<HttpLine, int, Answer> Singles(string experiment)
    {
        var run = server.CreateRun(experiment);
        return (line, turn) => line.Send(server.Post(
            "runs/log-metric", $$"""{"run_id":"{{run}}","run_uuid":"{{run}}","key":"loss","value":{{1.0 / (turn + 1):R}},"timestamp":{{1_700_000_000_000 + turn}},"step":{{turn}}}"""));
    }

    private Func<HttpLine, int, Answer> Creates(string experiment)
    {
        var request = server.Post(
            "runs/create",
            $$"""{"experiment_id":"{{experiment}}","user_id":"bench","start_time":1700000000000,"run_name":"bench","tags":[{"key":"mlflow.user","value":"b"},{"key":"mlflow.source.name","value":"x.py"},{"key":"mlflow.source.type","value":"LOCAL"}]}""");
        return (line, _) => line.Send(request);
    }

    private Func<HttpLine, int, Answer> Gets(string experiment)
    {
        var run = server.CreateRun(experiment);
        server.Send(server.Batch(run, 20, 0, 1, (key, _) => key));
        var request = server.Get($"runs/get?run_id={run}&run_uuid={run}");
        return (line, _) => line.Send(request);
    }

    private Sample Repeat(string experiment, string? query)
    {
        var request = server.Post(
            "runs/search", $$"""{"experiment_ids":["{{experiment}}"],"max_results":100{{(query is null ? "" : "," + query)}}}""");
        server.Send(request);
        return Sample.Repeat(quick ? 20 : 100, _ => server.Send(request));
    }

    /// <summary>Page 1,000 must cost about what page 1 costs: walks there by tokens, and times both ends alternately.</summary>
    private void DeepPage(string experiment)
    {
        const int pageSize = 50;
        string Page(string? token) =>
            $$"""{"experiment_ids":["{{experiment}}"],"max_results":{{pageSize}},"order_by":["metrics.m0 DESC"]{{(token is null ? "" : $",\"page_token\":\"{token}\"")}}}""";
        string? token = null;
        for (var page = 1; page < 1_000; page++)
            token = TrackingServer.Read(server.Send(server.Post("runs/search", Page(token)))).GetProperty("next_page_token").GetString();
        var first = server.Post("runs/search", Page(null));
        var deep = server.Post("runs/search", Page(token));
        var firstMs = new List<double>();
        var deepMs = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            firstMs.Add(Sample.Repeat(1, _ => server.Send(first)).P50);
            deepMs.Add(Sample.Repeat(1, _ => server.Send(deep)).P50);
        }

        report.AtMost("page 1,000 of runs/search against page 1, medians", Median(deepMs) / Median(firstMs), "x", 1.2);
    }

    /// <summary>Runs with 5 metrics, 5 params and 3 tags, as many as asked for; kept for the next time by name.</summary>
    private string SeedRuns(int runs, int pointsOfRun)
    {
        var name = $"seed-{runs}-{pointsOfRun}";
        if (server.FindExperiment(name) is { } there) return there;
        var experiment = server.CreateExperiment(name);
        var started = Stopwatch.GetTimestamp();
        Parallel.For(0, Connections, worker =>
        {
            using var line = new HttpLine(server.Url);
            var random = new Random(Seed + worker);
            for (var i = worker; i < runs; i += Connections) SeedRun(line, experiment, i, pointsOfRun, random);
        });
        server.Reconnect();
        report.Note($"seeding {runs:N0} runs of {pointsOfRun:N0} points", runs / Stopwatch.GetElapsedTime(started).TotalSeconds, "runs/s");
        return experiment;
    }

    private void SeedRun(HttpLine line, string experiment, int index, int points, Random random)
    {
        var tags = $$"""{"key":"team","value":"t{{index % 7}}"},{"key":"stage","value":"train"},{"key":"idx","value":"{{index}}"}""";
        var run = server.CreateRun(line, experiment, $"run-{index}", tags);
        var parameters = string.Join(',', Enumerable.Range(0, 5).Select(p => $$"""{"key":"p{{p}}","value":"v{{random.Next(10)}}"}"""));
        Expect(200, line.Send(server.Post("runs/log-batch", $$"""{"run_id":"{{run}}","params":[{{parameters}}]}""")).Status);
        for (var step = 0; step < points / 5; step += 200)
            Expect(200, line.Send(server.Batch(run, 5, step, Math.Min(200, points / 5 - step), (_, _) => random.NextDouble())).Status);
        if (index % 3 == 0) return;
        var end = $$"""{"run_id":"{{run}}","status":"FINISHED","end_time":{{1_700_000_000_000 + random.Next(1_000_000)}}}""";
        Expect(200, line.Send(server.Post("runs/update", end)).Status);
    }

    private static string Envelope(string[] runs, string key, int buckets) =>
        $"/api/v1/metrics/envelope?{string.Join('&', runs.Select(run => "run=" + run))}&key={key}&axis=step&buckets={buckets}";

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static void Expect(int status, int actual)
    {
        if (actual != status) throw new InvalidOperationException($"The server answered {actual}, not {status}.");
    }

    private static string Fresh(string what) => $"bench-{what}-{Stopwatch.GetTimestamp():x}";
}
