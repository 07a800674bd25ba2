namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>A stop ends streams, which would otherwise outlast its patience.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Who_watches_health_hears_of_the_stop_and_does_not_delay_it()
    {
        await using var server = new WireServer();
        await server.InitializeAsync();
        var watching = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = GrpcClient.RunAsync("health", "watch_until_stop", server.GrpcUrl, said => watching.TrySetResult());
        await Task.WhenAny(watching.Task, client);

        var stopping = server.StopAsync();

        await client;
        await stopping.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
