using System.Net;
using System.Net.Sockets;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>What keeps the server from starting: a clear word, the exit code of the book, and nothing damaged.</summary>
public sealed class StartTests : IDisposable
{
    private const int Usage = 2;
    private const int Refused = 3;

    /// <summary>The user nobody on Linux.</summary>
    private const int Nobody = 65534;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_address_that_others_reach_waits_for_somebody_who_can_sign_in()
    {
        string[] options = ["--listen", "0.0.0.0"];
        var refused = await UpAsync(options);
        Assert.Equal(Refused, refused.ExitCode);
        Assert.Equal("", refused.Output);
        Assert.Equal(
            "weigh up: Refusing to listen on 0.0.0.0: others could reach the server and nobody could sign in. Start it once on loopback "
            + "(weigh up), run 'weigh users create NAME --role admin', then start it here again; or set WEIGH_ADMIN_PASSWORD for a first "
            + "user 'admin'.",
            refused.Errors.Trim());

        await using (var loopback = await WeighProcess.StartAsync(_folder["data"]))
        {
            string[] create = ["users", "create", "ann", "--role", "admin", "--url", $"{loopback.Url}"];
            var made = await WeighProcess.RunAsync(create, input: "ann's password\n");
            Assert.Equal((0, ""), (made.ExitCode, made.Output));
        }

        await using var open = await WeighProcess.StartAsync(_folder["data"], null, options);
        using var ann = SharedServer.ClientOf(open.Url, SharedServer.Basic("ann", "ann's password"));
        using var nobody = SharedServer.ClientOf(open.Url);
        using var let = await ann.GetAsync("/api/v1/users", Cancellation);
        using var kept = await nobody.GetAsync("/api/v1/users", Cancellation);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (let.StatusCode, kept.StatusCode));
    }

    [Fact]
    public async Task Everything_wrong_with_the_settings_is_said_at_once_and_no_secret_with_it()
    {
        var file = _folder["weigh.json"];
        await File.WriteAllTextAsync(
            file, """{ "log-format": "xml", "drain-seconds": -1, "colour": "red", "host-names": ["a"] }""", Cancellation);
        var environment = new Dictionary<string, string>
        {
            ["WEIGH_ADMIN_PASSWORD"] = "hunter2",
            ["WEIGH_LOG_LEVEL"] = "loud",
            ["WEIGH_HOST_NAMES"] = "http://weigh.example.org:80/",
            ["WEIGH_REQUESTS_PER_SECOND"] = "0",
        };

        string[] up = ["up", "--config", file, "--port", "70000", "--listen", "everywhere", "--auth", "maybe"];
        var refused = await WeighProcess.RunAsync(up, environment);

        Assert.Equal(Usage, refused.ExitCode);
        Assert.Equal("", refused.Output);
        foreach (var part in new[]
        {
            "--port: '70000' is not a whole number from 0 to 65535.",
            "--listen: 'everywhere' is not an IP address, localhost or * (every address).",
            "--auth: 'maybe' is neither auto nor required.",
            "WEIGH_ADMIN_PASSWORD: the value has 7 characters; a password has 8 to 1024.",
            "WEIGH_LOG_LEVEL: 'loud' is none of debug, information, warning, error.",
            "WEIGH_HOST_NAMES: 'http://weigh.example.org:80/' is not a list of host names",
            "WEIGH_REQUESTS_PER_SECOND: '0' is not a whole number from 1 to 1000000.",
            $"'log-format' in {file}: 'xml' is neither text nor json.",
            $"'drain-seconds' in {file}: '-1' is not a whole number from 0 to 3600.",
            $"{file}: 'colour' is not a setting; the settings are data, listen, port,",
            $"{file}: 'host-names' must be a text or a number.",
        })
            Assert.Contains(part, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_wins_over_the_environment_and_the_environment_over_the_file()
    {
        var file = _folder["weigh.json"];
        await File.WriteAllTextAsync(file, """{ "auth": "nonsense", "log-level": "nonsense" }""", Cancellation);
        var environment = new Dictionary<string, string>
        {
            ["WEIGH_AUTH"] = "nonsense",
            ["WEIGH_LOG_LEVEL"] = "error",
            ["WEIGH_CONFIG"] = file,
        };

        await using var server = await WeighProcess.StartAsync(_folder["data"], environment, "--auth", "required");

        using var nobody = SharedServer.ClientOf(server.Url);
        using var answer = await nobody.GetAsync("/api/v1/whoami", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_is_refused_and_the_first_goes_on()
    {
        await using var first = await WeighProcess.StartAsync(_folder["data"]);

        var second = await UpAsync();

        Assert.Equal(Refused, second.ExitCode);
        Assert.Matches(
            $"^weigh up: The data directory .*/data belongs to another running server \\(pid {first.Id}, started .*\\)\\. "
            + "Stop that one first, or name another directory with --data\\.\\s*$",
            second.Errors);
        using var client = SharedServer.ClientOf(first.Url);
        using var answer = await client.GetAsync("/ready", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test needs setpriv.");
        var data = Directory.CreateDirectory(_folder["data"]).FullName;
        SetMode(_folder.Path, (UnixFileMode)0b111_101_101);
        SetMode(data, (UnixFileMode)0b101_101_101);
        // To root nothing is forbidden.
        string[] wrapper = Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"] : [];
        var environment = new Dictionary<string, string> { ["HOME"] = "/tmp" };

        var refused = await WeighProcess.RunAsync(["up", "--data", data, "--port", "0", "--grpc-port", "off"], environment, null, wrapper);

        SetMode(data, (UnixFileMode)0b111_101_101);
        Assert.SkipWhen(refused.Errors.Contains("weigh.dll", StringComparison.Ordinal), "Nobody may read the program under test.");
        Assert.Equal(Refused, refused.ExitCode);
        Assert.StartsWith($"weigh up: The data directory {data} cannot be written by the user", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(data));
    }

    [Fact]
    public async Task A_port_in_use_is_refused_with_the_cure()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = await WeighProcess.RunAsync(["up", "--data", _folder["data"], "--port", $"{port}", "--grpc-port", "off"]);

        Assert.Equal(Refused, refused.ExitCode);
        Assert.Contains($"Cannot listen on 127.0.0.1 port {port}", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("choose others with --port and --grpc-port", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gRPC_port_in_use_is_refused_as_well()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = await WeighProcess.RunAsync(["up", "--data", _folder["data"], "--port", "0", "--grpc-port", $"{port}"]);

        Assert.Equal(Refused, refused.ExitCode);
        Assert.Contains($"gRPC port {port}", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused()
    {
        var environment = new Dictionary<string, string> { ["WEIGH_ADMIN_PASSWORD"] = SharedServer.AdminPassword };

        // 192.0.2.0/24 is for documents: no machine has it.
        string[] up = ["up", "--data", _folder["data"], "--port", "0", "--grpc-port", "off", "--listen", "192.0.2.1"];
        var refused = await WeighProcess.RunAsync(up, environment);

        Assert.Equal(Refused, refused.ExitCode);
        Assert.Contains("Cannot listen on 192.0.2.1", refused.Errors, StringComparison.Ordinal);
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }

    private Task<CommandOutcome> UpAsync(params string[] options) =>
        WeighProcess.RunAsync(["up", "--data", _folder["data"], "--port", "0", "--grpc-port", "off", .. options]);
}
