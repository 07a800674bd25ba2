using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving;
using Weighhouse.Serving.Runtimes;
using Weighhouse.Serving.Runtimes.Python;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Serving.Python;

/// <summary>What is told of a worker that does not come to be one. Other tests of workers kill all that they find.</summary>
[Collection(PythonModels.OneAtATime)]
public sealed class WorkerStartTests : IDisposable
{
    private const int TimeMs = 120_000;

    /// <summary>Says hello as a worker does, or what a test has it say.</summary>
    private const string Program =
        """
        #!/usr/bin/python3
        import json, os, socket, struct, sys
        settings = json.loads(sys.stdin.readline())
        line = socket.socket(socket.AF_UNIX)
        def say(kind, words):
            line.sendall(struct.pack("<QIIQQ", 32 + len(words), kind, 0, 0, 0) + words)
        hello = json.dumps({"token": settings["token"], "isolation": "not asked for", "python": "3"}).encode()
        def greet():
            line.connect(settings["socket"])
            say(1, hello)
            line.recv(4096)

        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Lines _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = TimeMs)]
    [InlineData("line.connect(settings['socket']); say(1, b'null'); line.recv(1)", "did not say who it is")]
    [InlineData("line.connect(settings['socket']); say(1, b'{'); line.recv(1)", "did not say who it is")]
    [InlineData("greet(); say(3, b'null'); line.recv(1)", "did not say what it has loaded")]
    [InlineData("greet(); say(3, b'{\"flavour\": \"f\"}'); line.recv(1)", "did not say what it has loaded")]
    public async Task A_worker_that_says_nothing_is_none(string says, string why)
    {
        var refused = await StartAsync(says);
        Assert.Equal(
            (ErrorCode.Unavailable, $"The Python worker {why}: it broke the protocol and was ended."), (refused.Code, refused.Message));
    }

    [Theory(Timeout = TimeMs)]
    [InlineData("")]
    [InlineData("greet();")]
    public async Task What_a_worker_wrote_before_it_ended_is_in_the_log_and_not_in_the_error(string before)
    {
        var refused = await StartAsync(before + "print('patients of ward 7.csv', file=sys.stderr, flush=True); os._exit(7)");
        Assert.Equal(
            (ErrorCode.Unavailable, "The Python worker ended by itself with the exit code 7. The server's log has its last lines."),
            (refused.Code, refused.Message));
        Assert.Contains(_log.All, line => line.Contains("exit code 7", StringComparison.Ordinal)
            && line.Contains("patients of ward 7.csv", StringComparison.Ordinal));
    }

    private async Task<Error> StartAsync(string script)
    {
        await PythonModels.NeedAsync();
        var interpreter = _folder["python"];
        await ExecutableFile.WriteAsync(interpreter, Program + script + "\n", Cancellation);
        var model = new PlacedModel(_folder.Path, [], "d", new ModelVersionId("m", 1));
        var order = new WorkerOrder(model, interpreter, _folder.Path, IsIsolated: false, Threads: 1, new PythonOptions());
        // Its clock stands still: however slow the machine is, no patience ends.
        var started = await new WorkerStart(IdGenerator.Secure, new ManualTime(), _log).StartAsync(order, Cancellation);
        return started.Error ?? throw new InvalidOperationException("It was started.");
    }

    private sealed class Lines : ILogger<WorkerStart>
    {
        private readonly ConcurrentQueue<string> _all = new();

        public IReadOnlyCollection<string> All => _all;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _all.Enqueue(formatter(state, exception));
    }
}
