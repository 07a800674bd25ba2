using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Weighhouse.Kernel;

namespace Weighhouse.Client.Http;

/// <summary>Sends requests, reads answers, turns problems into exceptions.</summary>
internal sealed class ApiConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly HttpClient _http;
    private readonly HttpClient _patient;

    public ApiConnection(Uri server, AuthenticationHeaderValue? authorization, HttpMessageHandler? handler)
    {
        var connections = handler ?? new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All };
        _http = Client(connections, server, authorization, Patience, disposesHandler: handler is null);
        _patient = Client(connections, server, authorization, Timeout.InfiniteTimeSpan, disposesHandler: false);
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> json, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);
        return await ReadAsync(response, json, cancellation);
    }

    public async Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyJson, JsonTypeInfo<TAnswer> answerJson,
        CancellationToken cancellation)
    {
        using var response = await SendAsync(
            new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, bodyJson) }, cancellation);
        return await ReadAsync(response, answerJson, cancellation);
    }

    public async Task SendAsync<TBody>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyJson, CancellationToken cancellation)
    {
        using var response = await SendAsync(
            new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, bodyJson) }, cancellation);
    }

    public async Task<T> SendAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> json, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(method, path), cancellation);
        return await ReadAsync(response, json, cancellation);
    }

    /// <summary>Sends a file, however long that takes.</summary>
    public async Task<T> UploadAsync<T>(string path, Stream content, JsonTypeInfo<T> json, CancellationToken cancellation)
    {
        var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await SendAsync(_patient, new HttpRequestMessage(HttpMethod.Put, path) { Content = body }, cancellation);
        return await ReadAsync(response, json, cancellation);
    }

    public async Task SendAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(method, path), cancellation);
    }

    public async Task<bool> ProbeAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.GetAsync(path, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _patient.Dispose();
        _http.Dispose();
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        SendAsync(_http, request, cancellation);

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpRequestMessage request, CancellationToken cancellation)
    {
        using var _ = request;
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException exception)
        {
            throw new WeighException(
                ErrorCode.Unavailable,
                $"Cannot reach a Weighhouse server at {http.BaseAddress}: {exception.Message}. Start one with 'weigh up', or set "
                + "WEIGH_URL.",
                inner: exception);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response) throw await ProblemAsync(response, cancellation);
    }

    private static HttpClient Client(
        HttpMessageHandler handler, Uri server, AuthenticationHeaderValue? authorization, TimeSpan patience, bool disposesHandler)
    {
        var http = new HttpClient(handler, disposesHandler) { BaseAddress = server, Timeout = patience };
        http.DefaultRequestHeaders.Authorization = authorization;
        http.DefaultRequestHeaders.UserAgent.ParseAdd("weigh-client/" + typeof(ApiConnection).Assembly.GetName().Version);
        return http;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> json, CancellationToken cancellation)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(json, cancellation)
                ?? throw new WeighException(
                ErrorCode.Internal, "The server's answer is empty where an object belongs. Is this a Weighhouse server?");
        }
        catch (JsonException exception)
        {
            throw new WeighException(
                ErrorCode.Internal, "The server's answer is not the JSON expected. Is this a Weighhouse server?", inner: exception);
        }
    }

    private static async Task<WeighException> ProblemAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        try
        {
            if (JsonSerializer.Deserialize(text, ClientJson.Default.Problem) is { Detail: { } detail } problem)
                return new WeighException(CodeOf(problem.Code, response.StatusCode), detail, problem.RequestId);
        }
        catch (JsonException)
        {
            // Not one of our answers: a proxy's page, for example. What the status says must do.
        }

        return new WeighException(
            CodeOf(null, response.StatusCode), $"The server answered {(int)response.StatusCode} {response.ReasonPhrase}.");
    }

    private static ErrorCode CodeOf(string? code, HttpStatusCode status)
    {
        if (code is not null && Enum.TryParse<ErrorCode>(code.Replace("_", ""), ignoreCase: true, out var named)) return named;
        return status switch
        {
            HttpStatusCode.BadRequest => ErrorCode.InvalidArgument,
            HttpStatusCode.Unauthorized => ErrorCode.Unauthenticated,
            HttpStatusCode.Forbidden => ErrorCode.PermissionDenied,
            HttpStatusCode.NotFound => ErrorCode.NotFound,
            HttpStatusCode.Conflict => ErrorCode.Conflict,
            HttpStatusCode.TooManyRequests => ErrorCode.LimitExceeded,
            HttpStatusCode.NotImplemented => ErrorCode.NotSupported,
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => ErrorCode.Unavailable,
            HttpStatusCode.InsufficientStorage => ErrorCode.StorageFull,
            _ => ErrorCode.Internal,
        };
    }
}

internal sealed record Problem(string? Detail, string? Code, string? RequestId);
