using System.Net;
using System.Net.Http.Headers;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>What no client's library would send: broken frames, broken headers, messages that are none.</summary>
public sealed class RawCallTests(WireServer server) : IClassFixture<WireServer>
{
    private const string Check = "/grpc.health.v1.Health/Check";

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    [Fact]
    public async Task A_plain_question_is_answered()
    {
        var (status, _, body) = await CallAsync([0, 0, 0, 0, 0]);

        Assert.Equal("0", status);
        Assert.Equal([0, 0, 0, 0, 2, 0x08, 0x01], body);
    }

    [Theory]
    [InlineData(new byte[] { }, "without a message")]
    [InlineData(new byte[] { 0, 0, 0 }, "within the five bytes")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 }, "after 1 of the 9 bytes")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, "begins with 2")]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 7 }, "grpc-encoding does not say how")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "a second message")]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0x0A, 0x05 }, "in the middle of a field")]
    [InlineData(new byte[] { 0, 0, 0, 0, 3, 0x0A, 0x01, 0xFF }, "not UTF-8")]
    [InlineData(new byte[] { 0, 0, 0, 0, 1, 0x0C }, "a group ends")]
    [InlineData(new byte[] { 0, 0, 0, 0, 1, 0x02 }, "a field's number is 0")]
    public async Task Broken_messages_are_refused_as_INTERNAL(byte[] sent, string why)
    {
        var (status, message, body) = await CallAsync(sent);

        Assert.Equal("13", status);
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Empty(body);
    }

    [Fact]
    public async Task A_length_that_lies_is_refused_before_it_is_believed()
    {
        var (status, message, _) = await CallAsync([0, 0xFF, 0xFF, 0xFF, 0xFF]);

        Assert.Equal("8", status);
        Assert.Contains("4294967295 vs. 65536", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpc-timeout", "soon", "13")]
    [InlineData("grpc-timeout", "123456789S", "13")]
    [InlineData("grpc-timeout", "0n", "4")]
    [InlineData("grpc-encoding", "br", "12")]
    public async Task Headers_that_cannot_be_honoured_are_refused(string name, string value, string expected)
    {
        var (status, _, _) = await CallAsync([0, 0, 0, 0, 0], name, value);

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task A_message_that_is_not_compressed_as_it_says_is_refused()
    {
        var (status, message, _) = await CallAsync([1, 0, 0, 0, 4, 1, 2, 3, 4], "grpc-encoding", "gzip");

        Assert.Equal("13", status);
        Assert.Contains("not gzip", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/json")]
    public async Task Other_types_are_not_spoken(string type)
    {
        using var response = await SendAsync([0, 0, 0, 0, 0], type);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    private async Task<(string Status, string Message, byte[] Body)> CallAsync(byte[] sent, string? name = null, string? value = null)
    {
        using var response = await SendAsync(sent, "application/grpc", name, value);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        string? Find(string header) => new HttpHeaders[] { response.TrailingHeaders, response.Headers }
            .Select(headers => headers.TryGetValues(header, out var values) ? values.Single() : null)
            .FirstOrDefault(found => found is not null);
        return (Find("grpc-status") ?? "none", Uri.UnescapeDataString(Find("grpc-message") ?? ""), body);
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] sent, string type, string? name = null, string? value = null)
    {
        using var content = new ByteArrayContent(sent);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.GrpcUrl, Check))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (name is not null) request.Headers.TryAddWithoutValidation(name, value);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
