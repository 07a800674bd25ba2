using System.Net.Http.Json;
using System.Text.Json;
using Weighhouse.Data;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>Tokens come as metadata, and who may call what is asked of gRPC's methods as of every endpoint.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";

    private readonly WireServer _server = new(DatabaseEngine.Sqlite, Password);

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Health_is_anybodys_and_the_rest_needs_a_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens");
        request.Content = JsonContent.Create(new { name = "grpc" });
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"admin:{Password}")));
        using var made = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(made.IsSuccessStatusCode, body.RootElement.ToString());

        await GrpcClient.RunAsync("health", "sign_in", _server.GrpcUrl, body.RootElement.GetProperty("secret").GetString()!);
    }
}
