using Weighhouse.Tests.Wire.Models;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>What clients of KServe and Triton do over gRPC, with Debian's grpcio and stubs of the same names.</summary>
public sealed class OpenInferenceTests(ModelServer server) : IClassFixture<ModelServer>
{
    [Theory]
    [InlineData("server")]
    [InlineData("model")]
    [InlineData("infer")]
    [InlineData("every_type")]
    [InlineData("wrong_requests")]
    [InlineData("unknown")]
    [InlineData("stream")]
    [InlineData("statistics")]
    [InlineData("repository")]
    [InlineData("shared_memory")]
    [InlineData("large")]
    [InlineData("cancelled")]
    public Task Is_what_the_client_expects(string test) => GrpcClient.RunAsync("oip", test, server.GrpcUrl);
}
