using Weighhouse.TestKit;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>The server tells what it serves, in both versions of the reflection service.</summary>
public sealed class ReflectionTests(WireServer server) : IClassFixture<WireServer>
{
    [Theory]
    [InlineData("services")]
    [InlineData("every_service_can_be_called")]
    [InlineData("on_one_stream")]
    [InlineData("symbols")]
    [InlineData("extensions")]
    [InlineData("nothing_asked")]
    [InlineData("broken")]
    public Task Is_what_the_client_expects(string test) => GrpcClient.RunAsync("reflection", test, server.GrpcUrl);

    [Fact]
    public async Task Files_say_what_the_compiler_of_others_reads_in_them()
    {
        using var folder = new TemporaryFolder();
        await GrpcClient.RunAsync(
            "reflection", "as_the_compiler_has_it", server.GrpcUrl, Path.Combine(AppContext.BaseDirectory, "proto"), folder.Path);
    }
}
