namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>The standard health service, and with it the transport, as Debian's client for Python sees them.</summary>
public sealed class HealthTests(WireServer server) : IClassFixture<WireServer>
{
    [Theory]
    [InlineData("check")]
    [InlineData("unknown_service")]
    [InlineData("unknown_method")]
    [InlineData("metadata")]
    [InlineData("deadline")]
    [InlineData("compressed")]
    [InlineData("too_large")]
    public Task Is_what_the_client_expects(string test) => GrpcClient.RunAsync("health", test, server.GrpcUrl);
}
