using System.Diagnostics;
using Npgsql;
using Weighhouse.Tests.Server;

[assembly: AssemblyFixture(typeof(PostgresServerStop))]

namespace Weighhouse.Tests.Server;

/// <summary>
/// A PostgreSQL of this test run's own, in a temporary directory behind a Unix socket, started when the first test asks for it.
/// Durability is off: what is tested is Weighhouse. It dies with this process, even when that is killed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string BinariesVariable = "WEIGH_TEST_POSTGRES_BIN";
    private const string DefaultBinaries = "/usr/lib/postgresql/15/bin";
    private const string User = "weighhouse";

    private static readonly Lazy<Task<PostgresServer>> Only = new(StartAsync);

    private readonly string _directory;
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;
    private int _databases;

    private PostgresServer(string directory) => _directory = directory;

    /// <summary>Null when tests can have a PostgreSQL; otherwise why not.</summary>
    public static string? WhyAbsent => File.Exists(Path.Combine(Binaries, "initdb"))
        ? null
        : $"PostgreSQL's programs are not in {Binaries}; name their directory in {BinariesVariable}";

    private static string Binaries => Environment.GetEnvironmentVariable(BinariesVariable) ?? DefaultBinaries;

    /// <summary>The running server; skips the test where there is none, but fails it in CI.</summary>
    public static Task<PostgresServer> GetAsync()
    {
        if (WhyAbsent is not { } reason) return Only.Value;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
        return Only.Value;
    }

    public static async ValueTask StopAsync()
    {
        if (Only.IsValueCreated) await (await Only.Value).DisposeAsync();
    }

    /// <summary>A fresh, empty database; its address as the option Url takes it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'");
        return $"postgres:///{name}?host={_directory}&user={User}";
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create($"Host={_directory};Username={User};Database=postgres;Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            // SIGINT is PostgreSQL's fast shutdown.
            using var kill = Process.Start("kill", ["-INT", process.Id.ToString()]);
            await process.WaitForExitAsync();
        }

        _stop.TrySetResult();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("weighhouse-pg-").FullName;
        // Where these tests run as root the server runs as the user postgres, who must reach the socket and make his own directory.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        var server = new PostgresServer(directory);
        var data = Path.Combine(directory, "data");
        using (var initdb = Start("initdb", ["-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]))
        {
            var output = await initdb.StandardError.ReadToEndAsync();
            await initdb.WaitForExitAsync();
            Assert.True(initdb.ExitCode == 0, $"initdb failed: {output}");
        }

        server.RunOnItsOwnThread(data);
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>
    /// The kernel kills the child when the thread that made it ends; a thread that lives as long as the server makes that mean
    /// the process.
    /// </summary>
    private void RunOnItsOwnThread(string data)
    {
        using var started = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            _process = Start("postgres",
            [
                "-D", data, "-k", _directory, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off",
                "-c", "full_page_writes=off", "-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "log_min_messages=panic",
            ]);
            started.Set();
            // Drained, so that the server never waits for a full pipe.
            _process.BeginErrorReadLine();
            _process.BeginOutputReadLine();
            _stop.Task.Wait();
        })
        { IsBackground = true, Name = "postgres" };
        thread.Start();
        started.Wait();
    }

    private async Task WaitUntilReadyAsync()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await ExecuteAsync("SELECT 1");
                return;
            }
            catch (NpgsqlException) when (clock.Elapsed < TimeSpan.FromSeconds(60) && _process is { HasExited: false })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        var asRoot = Environment.IsPrivilegedProcess;
        string[] wrapper = asRoot
            ? ["--pdeathsig", "INT", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            : ["--pdeathsig", "INT"];
        var start = new ProcessStartInfo("setpriv", [.. wrapper, Path.Combine(Binaries, program), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        return Process.Start(start)!;
    }
}

/// <summary>Stops the server when the last test of the assembly has run.</summary>
public sealed class PostgresServerStop : IAsyncDisposable
{
    public ValueTask DisposeAsync() => PostgresServer.StopAsync();
}
