using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Weighhouse.Tests.Wire;

/// <summary>Plays a scenario against a server.</summary>
internal static class Player
{
    public static async Task PlayAsync(Scenario scenario, HttpClient client)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var exchange in scenario.Exchanges)
        {
            var problem = await PlayAsync(exchange, client, new JsonPattern(variables));
            if (problem is not null)
                Assert.Fail($"{scenario.File}.transcript:{exchange.Line}: {exchange.Method} {exchange.Target}: {problem}");
        }
    }

    private static async Task<string?> PlayAsync(Exchange exchange, HttpClient client, JsonPattern pattern)
    {
        using var request = Request(exchange, client, pattern);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if ((int)response.StatusCode != exchange.ExpectedStatus)
            return $"expected status {exchange.ExpectedStatus}, found {(int)response.StatusCode}: {body}";
        foreach (var (name, value) in exchange.ExpectedHeaders)
            if (HeaderMismatch(response, name, value, pattern) is { } mismatch) return mismatch;
        if (exchange.ExpectedBody is not { } expected) return null;
        if (!expected.StartsWith('{')) return expected == body ? null : $"expected the body '{expected}', found '{body}'";
        try
        {
            using var wanted = JsonDocument.Parse(expected);
            using var found = JsonDocument.Parse(body);
            return pattern.Mismatch(wanted.RootElement, found.RootElement);
        }
        catch (JsonException exception)
        {
            return $"{exception.Message} in expected {expected} or found {body}";
        }
    }

    private static HttpRequestMessage Request(Exchange exchange, HttpClient client, JsonPattern pattern)
    {
        // The target as it is written: .NET would fold ".." and unescape what needs no escape.
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var target = new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + pattern.Fill(exchange.Target), options);
        var request = new HttpRequestMessage(new HttpMethod(exchange.Method), target);
        if (exchange.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(pattern.Fill(body)));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in exchange.Headers)
        {
            if (!name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                request.Headers.TryAddWithoutValidation(name, pattern.Fill(value));
            else if (value.Length == 0) request.Content!.Headers.ContentType = null;
            else request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
        }

        return request;
    }

    private static string? HeaderMismatch(HttpResponseMessage response, string name, string value, JsonPattern pattern)
    {
        var found = response.Headers.NonValidated.TryGetValues(name, out var values)
            || response.Content.Headers.NonValidated.TryGetValues(name, out values)
                ? string.Join(", ", values)
                : null;
        if (found is null) return $"the header {name} is missing";
        using var wanted = JsonDocument.Parse(JsonSerializer.Serialize(value));
        using var actual = JsonDocument.Parse(JsonSerializer.Serialize(found));
        return pattern.Mismatch(wanted.RootElement, actual.RootElement, name);
    }
}
