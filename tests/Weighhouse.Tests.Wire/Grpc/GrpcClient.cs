using Weighhouse.TestKit;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>
/// Debian's own gRPC client for Python, unmodified, with stubs that its own compiler makes from docs/reference/proto. What it does is in
/// Clients/*.py: each function is a case, and an assertion that does not hold ends it with the exit code 1.
/// </summary>
internal static class GrpcClient
{
    private static readonly ExternalTool Python = ExternalTool.Find("/usr/bin/python3", "python3-grpcio");

    private static readonly Lazy<Task<TemporaryFolder>> Stubs = new(MakeStubsAsync);

    /// <summary>Runs one case against the server. Skipped where the client is not installed; in CI that is a failure.</summary>
    public static Task RunAsync(string client, string test, Uri server, params IReadOnlyList<string> arguments) =>
        RunAsync(client, test, server, said: null, arguments);

    /// <param name="said">Hears each line that the case prints, as it is printed.</param>
    public static async Task RunAsync(string client, string test, Uri server, Action<string>? said, params IReadOnlyList<string> arguments)
    {
        Assert.SkipWhen(await IsAbsentAsync(), "Debian's packages python3-grpcio and python3-grpc-tools are not on this machine");
        var stubs = await Stubs.Value;
        var script = Path.Combine(AppContext.BaseDirectory, "Grpc", "Clients", $"{client}.py");
        var outcome = await Python.RunAsync(
            [script, test, server.Authority, .. arguments],
            environment: new Dictionary<string, string>
            {
                ["PYTHONPATH"] = stubs.Path,
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                // A proxy of the machine's own is none for its loopback.
                ["no_grpc_proxy"] = "127.0.0.1",
            },
            said: said);
        Assert.True(outcome.ExitCode == 0, $"{client}.py {test}:\n{outcome.Output}\n{outcome.Errors}");
    }

    private static async Task<bool> IsAbsentAsync()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return false;
        if (Python.IsAbsent) return true;
        return (await Python.RunAsync(["-c", "import grpc, grpc_tools.protoc"])).ExitCode != 0;
    }

    private static async Task<TemporaryFolder> MakeStubsAsync()
    {
        var folder = new TemporaryFolder();
        var protos = Path.Combine(AppContext.BaseDirectory, "proto");
        // What belongs to protobuf itself its library for Python brings along.
        var files = Directory.EnumerateFiles(protos, "*.proto", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(protos, file))
            .Where(file => !file.StartsWith("google/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var made = await Python.RunAsync(
            ["-m", "grpc_tools.protoc", $"-I{protos}", $"--python_out={folder.Path}", $"--grpc_python_out={folder.Path}", .. files]);
        Assert.True(made.ExitCode == 0, made.Errors);
        return folder;
    }
}
