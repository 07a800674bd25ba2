using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Weighhouse.Wire.GitLfs;

namespace Weighhouse.Tests.Wire.GitLfs;

/// <summary>Whatever is sent to whichever endpoint, the answer is JSON in Git LFS's shape and no 500.</summary>
public sealed class LfsFuzzTests(WireServer server, ITestOutputHelper output) : IClassFixture<WireServer>
{
    private const int RequestsPerRoute = 150;
    private const string Oid = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private static readonly string[] Names =
        ["operation", "objects", "oid", "size", "transfers", "hash_algo", "ref", "name", "path", "force", "cursor", "limit", "id"];

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "9223372036854775807", "9223372036854775808", "\"\"", "\"upload\"", "\"download\"",
        "\"sha256\"", $"\"{Oid}\"", "\"../../etc/passwd\"", "\"\\u0000\"", "\"\\ud800\"", "\"tus\"", "[]", "{}", "\"数据\"",
    ];

    [Fact]
    public async Task No_request_is_answered_500()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        using var made = await server.Client.PostAsJsonAsync(
            "/api/v1/repositories", new { name = "fuzz" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        foreach (var route in LfsRoutes.All)
            for (var i = 0; i < RequestsPerRoute; i++) await SendAsync(random, route);
    }

    [Fact]
    public async Task A_batch_of_more_objects_than_there_may_be_is_too_large()
    {
        var objects = string.Join(',', Enumerable.Repeat($"{{\"oid\":\"{Oid}\",\"size\":5}}", 1_001));
        using var content = new StringContent(
            $"{{\"operation\":\"download\",\"objects\":[{objects}]}}", Encoding.UTF8, LfsErrors.ContentType);
        using var answer = await server.Client.PostAsync(
            "/repos/any.git/info/lfs/objects/batch", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private async Task SendAsync(Random random, LfsRoute route)
    {
        string Segment(string wanted) =>
            random.Next(3) > 0 ? wanted : Uri.EscapeDataString(Pick(random, ["../..", "x", "\u0001", "%2e%2e", "数"]));
        var path = route.Pattern.Replace("{repo}", random.Next(6) == 0 ? "nowhere" : "fuzz", StringComparison.Ordinal)
            .Replace("{oid}", Segment(Oid), StringComparison.Ordinal).Replace("{id}", Segment("1"), StringComparison.Ordinal);
        if (random.Next(2) == 0) path += $"?size={Pick(random, ["5", "-1", "x", "9223372036854775808", ""])}&limit={random.Next(-2, 9)}";
        var target = new Uri(
            server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), target);
        request.Headers.TryAddWithoutValidation("Tus-Resumable", Pick(random, ["1.0.0", "1.0.0", "0", ""]));
        request.Headers.TryAddWithoutValidation("Upload-Offset", Pick(random, ["0", "3", "-1", "x", "99999999999999999999"]));
        request.Headers.TryAddWithoutValidation("Range", Pick(random, ["bytes=0-1", "bytes=9-", "bytes=-0", "lines=1-2", "bytes=5-2"]));
        var body = Body(random);
        if (route.Method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(
                Pick(random, [LfsErrors.ContentType, LfsErrors.ContentType, "application/offset+octet-stream", "text/plain"]));
        }

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var sent = $"{route.Method} {target}\n{body}\n{(int)response.StatusCode} {answer}";
        Assert.True((int)response.StatusCode < 500, sent);
        if (response.IsSuccessStatusCode || route.Method is "HEAD" || (int)response.StatusCode is 304 or 405 or 416) return;
        if (response.StatusCode is HttpStatusCode.Conflict && answer.Contains("\"lock\"", StringComparison.Ordinal)) return;
        Assert.Equal(LfsErrors.ContentType, response.Content.Headers.ContentType?.MediaType);
        using var error = JsonDocument.Parse(answer);
        Assert.True(error.RootElement.TryGetProperty("message", out _) && error.RootElement.TryGetProperty("request_id", out _), sent);
    }

    private static string Body(Random random)
    {
        if (random.Next(5) == 0) return "hello";
        var text = new StringBuilder("{");
        for (var i = random.Next(5); i >= 0; i--)
            text.Append(CultureInfo.InvariantCulture, $"\"{Pick(random, Names)}\":{Value(random)}{(i > 0 ? "," : "")}");
        text.Append('}');
        return random.Next(10) == 0 ? text.ToString(0, random.Next(text.Length)) : text.ToString();
    }

    private static string Value(Random random) => random.Next(4) switch
    {
        0 => $"[{{\"oid\":{Pick(random, Values)},\"size\":{Pick(random, Values)}}}]",
        1 => $"{{\"name\":{Pick(random, Values)}}}",
        _ => Pick(random, Values),
    };

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
