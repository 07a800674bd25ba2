using Weighhouse.Tests.Wire.Models;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>What clients of TensorFlow Serving's gRPC services do, with Debian's grpcio and stubs of the same names.</summary>
public sealed class TensorFlowServingTests(ModelServer server) : IClassFixture<ModelServer>
{
    [Theory]
    [InlineData("reference_client")]
    [InlineData("versions_and_labels")]
    [InlineData("every_type")]
    [InlineData("short_lists")]
    [InlineData("output_filter")]
    [InlineData("wrong_inputs")]
    [InlineData("wrong_tensors")]
    [InlineData("unknown")]
    [InlineData("metadata")]
    [InlineData("status")]
    [InlineData("large")]
    [InlineData("deadline")]
    public Task Is_what_the_client_expects(string test) => GrpcClient.RunAsync("tfs", test, server.GrpcUrl);
}
