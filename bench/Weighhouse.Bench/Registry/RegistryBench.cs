using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Weighhouse.Bench.Load;

namespace Weighhouse.Bench.Registry;

/// <summary>
/// A registry of 100,000 versions in ten models, a tenth of them tagged: searches of versions, the list of one model, promotions, their
/// rollback, and the past.
/// </summary>
internal sealed class RegistryBench(Report report, ServerProcess server, bool quick)
{
    private const int Models = 10;
    private const int Connections = 8;
    private const int Rollbacks = 30;
    private const string Mlflow = "/api/2.0/mlflow/";

    private int VersionsOfModel => quick ? 500 : 10_000;

    private int Repeats => quick ? 30 : 200;

    public void Run()
    {
        Seed();
        using var line = new HttpLine(server.Url);
        Searches(line);
        OneModel(line);
        Stages(line);
        Past(line);
        report.Note("resident memory after everything", server.ResidentMiB, "MiB");
    }

    private void Seed()
    {
        using (var line = new HttpLine(server.Url))
            for (var model = 0; model < Models; model++) Post(line, "/api/v1/models", $$"""{"name":"{{NameOf(model)}}"}""");
        var started = Stopwatch.GetTimestamp();
        Parallel.For(0, Models, new ParallelOptions { MaxDegreeOfParallelism = Connections }, model =>
        {
            using var line = new HttpLine(server.Url);
            for (var version = 1; version <= VersionsOfModel; version++)
            {
                var tags = version % 10 == 0 ? $$""","tags":{"team":"t{{version % 7}}"}""" : "";
                Post(
                    line, $"/api/v1/models/{NameOf(model)}/versions",
                    $$"""{"source":"s3://bucket/{{model}}/{{version}}","runId":"run-{{model}}-{{version}}"{{tags}}}""");
            }
        });
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        report.Note($"making {Models * VersionsOfModel:N0} versions, each a commit, durable", Models * VersionsOfModel / seconds, "/s");
    }

    private void Searches(HttpLine line)
    {
        void Case(string what, Func<int, string> query) =>
            report.AtMost(
                $"search of {Models * VersionsOfModel:N0} versions, {what}, p95",
                Sample.Repeat(Repeats, i => Get(line, $"{Mlflow}model-versions/search?max_results=100&{query(i)}")).P95, "ms", 30);

        Case("the last changed", static _ => "");
        Case("by run", i => "filter=" + Uri.EscapeDataString($"run_id = 'run-{i % Models}-{1 + i}'"));
        Case("by name", i => "filter=" + Uri.EscapeDataString($"name = '{NameOf(i % Models)}'"));
        Case("by name, newest first", i =>
            "filter=" + Uri.EscapeDataString($"name = '{NameOf(i % Models)}'") + "&order_by=version_number%20DESC");
        Case("by name and tag", i => "filter=" + Uri.EscapeDataString($"name = '{NameOf(i % Models)}' and tags.team = 't{i % 7}'"));
        Case("by tag", static i => "filter=" + Uri.EscapeDataString($"tags.team = 't{i % 7}'"));
        Case("by part of the name", static _ => "filter=" + Uri.EscapeDataString("name LIKE 'model-3%'"));
        report.Note(
            "search of models with their latest versions, p95",
            Sample.Repeat(Repeats, _ => Get(line, "/api/v1/models")).P95, "ms");
    }

    private void OneModel(HttpLine line)
    {
        var path = $"/api/v1/models/{NameOf(0)}";
        report.AtMost(
            $"the first page of a model of {VersionsOfModel:N0} versions, p95",
            Sample.Repeat(Repeats, _ => Get(line, path + "/versions")).P95, "ms", 50);
        report.AtMost("that model with what is latest in its stages, p95", Sample.Repeat(Repeats, _ => Get(line, path)).P95, "ms", 50);
        report.AtMost("its page for people, p95", Sample.Repeat(Repeats, _ => Get(line, $"/models/{NameOf(0)}")).P95, "ms", 50);
        report.Note("all its versions, by pages of 1,000", Sample.Repeat(quick ? 1 : 3, _ => All(line, path)).P50, "ms");
    }

    private void Stages(HttpLine line)
    {
        var path = $"/api/v1/models/{NameOf(1)}";
        var promotions = Sample.Repeat(Rollbacks, i => Post(line, $"{path}/versions/{i + 1}/stage", """{"stage":"Production"}"""));
        report.Note("a promotion that archives another, p95", promotions.P95, "ms");
        var rollbacks = Sample.Repeat(Rollbacks, _ => Post(line, path + "/stages/Production/rollback", "{}"));
        report.AtMost("the rollback of a stage, end to end, slowest", rollbacks.At(1), "ms", 1_000);
        for (var version = 1; version <= VersionsOfModel / 10; version++)
            Post(line, $"{path}/versions/{version}/stage", """{"stage":"Staging","archiveOthers":false}""");
        Post(line, $"{path}/versions/{VersionsOfModel}/stage", """{"stage":"Staging"}""");
        var large = Sample.Repeat(1, _ => Post(line, path + "/stages/Staging/rollback", "{}"));
        report.AtMost($"the rollback of one that archived {VersionsOfModel / 10:N0} versions", large.P50, "ms", 1_000);
    }

    private void Past(HttpLine line)
    {
        // After everything that happened: each event is folded.
        const string at = "9999-12-31";
        report.Note(
            "a model as of an instant, p95",
            Sample.Repeat(quick ? 10 : 30, _ => Get(line, $"/api/v1/models/{NameOf(0)}?at={at}")).P95, "ms");
        report.Note("the whole registry as of an instant", Sample.Repeat(3, _ => Get(line, $"/api/v1/registry?at={at}")).P50, "ms");
    }

    private void All(HttpLine line, string path)
    {
        string? token = null;
        do
        {
            var page = Get(line, $"{path}/versions?page_size=1000{(token is null ? "" : "&page_token=" + Uri.EscapeDataString(token))}");
            using var json = JsonDocument.Parse(page.Body);
            token = json.RootElement.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);
    }

    private Answer Get(HttpLine line, string path) => Send(line, HttpLine.Request(server.Url, "GET", path));

    private void Post(HttpLine line, string path, string json) =>
        Send(line, HttpLine.Request(server.Url, "POST", path, Encoding.UTF8.GetBytes(json)));

    private static Answer Send(HttpLine line, byte[] request)
    {
        var answer = line.Send(request);
        return answer.Status is 200 or 201 ? answer : throw new InvalidOperationException($"{answer.Status}: {answer.Text}");
    }

    private static string NameOf(int model) => $"model-{model}";
}
