using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Tests.Wire.Mlflow;

/// <summary>Whatever is sent to whichever endpoint, the answer is JSON in MLflow's shape and no 500.</summary>
public sealed class MlflowFuzzTests(WireServer server) : IClassFixture<WireServer>
{
    private const int RequestsPerRoute = 60;

    private static readonly string[] Names =
    [
        "name", "new_name", "experiment_id", "experiment_ids", "experiment_name", "run_id", "run_uuid", "runId", "key", "value",
        "timestamp", "step", "metrics", "params", "tags", "filter", "order_by", "max_results", "page_token", "view_type",
        "run_view_type", "status", "end_time", "start_time", "run_name", "user_id", "artifact_location", "datasets", "dataset",
        "digest", "models", "model_id", "model_json", "path", "metric_key", "run_ids", "start_step", "end_step", "source", "version",
        "stage", "stages", "archive_existing_versions", "alias", "description", "num_parts", "upload_id", "parts", "part_number",
        "etag", "field_name", "ascending", "artifact_directory_path", "username", "password", "is_admin", "permission",
    ];

    private static readonly string[] Texts =
    [
        "", "0", "1", "abc", "-1", "NaN", "1e400", "9223372036854775808", "../../etc/passwd", "..%2f", "a/b", "\u0000", "\ud800", "数据",
        "' OR 1=1 --", "metrics.a > 1 and", "name = 'a' AND", "tags.`a", "RUNNING", "ALL", "production", "latest",
        "mlflow-artifacts:/0/a", "models:/a/1", "file:///x",
        "eyJvZmZzZXQiOiAwfQ==", "MR8w", "%", "a\nb", new('x', 9_000),
    ];

    [Fact]
    public async Task No_request_is_answered_500()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("WEIGH_SEED") ?? "7", CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        foreach (var route in MlflowRoutes.All)
            for (var i = 0; i < RequestsPerRoute; i++) await SendAsync(random, route);
    }

    private async Task SendAsync(Random random, MlflowRoute route)
    {
        var method = route.Method is MlflowRoute.AnyMethod ? "POST" : route.Method;
        var path = Path(random, route.Patterns.ElementAt(random.Next(route.Patterns.Count())));
        var target = server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path + (method is "GET" ? Query(random) : "");
        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri(target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        byte[] body = method is "GET" or "HEAD" ? [] : Body(random);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var sent = $"{method} {target}\n{Encoding.UTF8.GetString(body)}\n{(int)response.StatusCode} {answer}";
        Assert.True((int)response.StatusCode is < 500 or 501, sent);
        if (response.IsSuccessStatusCode || method is "HEAD" || (int)response.StatusCode is 304 or 416) return;
        // A request line with %00 in it never gets past the web server.
        if (target.Contains("%00", StringComparison.Ordinal) && answer.Length == 0) return;
        try
        {
            using var error = JsonDocument.Parse(answer);
            Assert.True(error.RootElement.TryGetProperty("error_code", out _) && error.RootElement.TryGetProperty("message", out _), sent);
        }
        catch (JsonException exception)
        {
            Assert.Fail($"{exception.Message}\n{sent}");
        }
    }

    private static string Path(Random random, string pattern)
    {
        var segments = pattern.Split('/').Select(segment => segment switch
        {
            ['{', '*', ..] => random.Next(3) == 0 ? "" : $"0/{Uri.EscapeDataString(Fitting(Texts[random.Next(Texts.Length)]))}",
            ['{', ..] => Uri.EscapeDataString("x" + Fitting(Texts[random.Next(Texts.Length - 1)])),
            _ => segment,
        });
        return string.Join('/', segments);
    }

    private static string Query(Random random) => "?" + string.Join('&', Enumerable.Range(0, random.Next(6)).Select(_ =>
        $"{Names[random.Next(Names.Length)]}={Uri.EscapeDataString(Fitting(Texts[random.Next(Texts.Length)]))}"));

    private static byte[] Body(Random random)
    {
        var json = Encoding.UTF8.GetBytes(Object(random, 0));
        if (random.Next(8) > 0) return json;
        // A body that lost or changed a few bytes on its way.
        for (var i = random.Next(1, 4); i > 0 && json.Length > 0; i--) json[random.Next(json.Length)] = (byte)random.Next(256);
        return json[..random.Next(json.Length + 1)];
    }

    private static string Object(Random random, int depth) => "{" + string.Join(',', Enumerable.Range(0, random.Next(8)).Select(_ =>
        $"\"{Names[random.Next(Names.Length)]}\":{Value(random, depth + 1)}")) + "}";

    private static string Value(Random random, int depth) => random.Next(depth > 3 ? 7 : 11) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 => random.Next(-3, 2_000).ToString(CultureInfo.InvariantCulture),
        3 => random.Next(2) == 0 ? "1.5e300" : "-9223372036854775809",
        4 => random.Next(2) == 0 ? "NaN" : "-Infinity",
        5 or 6 => JsonText(Texts[random.Next(Texts.Length)]),
        7 or 8 => "[" + string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1))) + "]",
        _ => Object(random, depth),
    };

    /// <summary>Half a surrogate pair only survives as an escape.</summary>
    private static string JsonText(string text) => text == "\ud800" ? "\"\\ud800\"" : JsonSerializer.Serialize(text);

    private static string Fitting(string text) => text == "\ud800" ? "x" : text;
}
