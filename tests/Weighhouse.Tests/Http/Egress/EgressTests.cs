using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Http.Egress;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Http.Egress;

/// <summary>The gateway against servers that do what they should not.</summary>
public sealed class EgressTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthank";

    private static readonly EgressOptions Loopback = new() { AllowedPrivate = ["127.0.0.0/8"] };

    [Fact]
    public async Task What_is_allowed_is_called_with_what_was_given_and_nothing_more()
    {
        await using var receiver = new Receiver(Ok);
        using var activity = new Activity("request").Start();
        using var egress = Gateway(Loopback);
        var call = new EgressCall(HttpMethod.Post, Url(receiver), [("X-Told", "yes")], "{}"u8.ToArray(), "application/json", 1_024);
        var answer = (await egress.CallAsync(call, default)).Value;
        Assert.Equal((200, "thank", false), (answer.Status, Encoding.ASCII.GetString(answer.Body), answer.IsCut));
        var lines = Assert.Single(receiver.Requests).Split("\r\n");
        Assert.Equal("POST /hook HTTP/1.1", lines[0]);
        Assert.Equal(
            ["Connection: close", "Content-Length: 2", "Content-Type: application/json", $"Host: 127.0.0.1:{receiver.Port}", "X-Told: yes"],
            lines[1..^2].Order(StringComparer.Ordinal));
        Assert.Equal("{}", lines[^1]);
    }

    [Fact]
    public async Task Nobody_connects_to_what_is_not_allowed()
    {
        await using var receiver = new Receiver(Ok);
        using var egress = Gateway(new EgressOptions());
        foreach (var host in new[] { "127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "localhost." })
        {
            var refused = (await egress.CallAsync(Get($"https://{host}:{receiver.Port}/"), default)).Error!;
            Assert.Equal((ErrorCode.InvalidArgument, "url"), (refused.Code, refused.Field));
        }

        Assert.Equal(0, receiver.Connections);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("2002:a9fe:a9fe::")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    public async Task A_name_is_what_it_leads_to(string address)
    {
        using var egress = Gateway(
            new EgressOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Parse(address)]));
        var refused = (await egress.CallAsync(Get("https://innocent.example/"), default)).Error!;
        Assert.Equal(
            "innocent.example is not called: it is not on the public internet. Whoever runs the server can allow it.", refused.Message);
    }

    [Fact]
    public async Task A_name_that_changes_its_mind_is_asked_once()
    {
        await using var inside = new Receiver(Ok);
        var asked = 0;
        // The first answer is the receiver that is allowed; every later one would be the secret on the same port.
        using var egress = Gateway(
            new EgressOptions { AllowedPrivate = ["127.0.0.2"], CallTimeMax = TimeSpan.FromSeconds(5) },
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(Interlocked.Increment(ref asked) == 1 ? "127.0.0.2" : "127.0.0.1")]));
        var answer = await egress.CallAsync(Get($"http://rebinding.example:{inside.Port}/"), default);
        Assert.Equal(ErrorCode.Unavailable, answer.Error!.Code);
        Assert.Equal((1, 0), (asked, inside.Connections));
        Assert.Equal("url", (await egress.CallAsync(Get($"http://rebinding.example:{inside.Port}/"), default)).Error!.Field);
        Assert.Equal((2, 0), (asked, inside.Connections));
    }

    [Fact]
    public async Task No_connection_is_kept_for_a_later_call()
    {
        await using var receiver = new Receiver("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n");
        using var egress = Gateway(Loopback);
        for (var call = 1; call <= 3; call++)
        {
            Assert.Equal(200, (await egress.CallAsync(Get(Url(receiver)), default)).Value.Status);
            Assert.Equal(call, receiver.Connections);
        }
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_an_answer_and_not_followed(int status)
    {
        await using var inside = new Receiver(Ok);
        await using var receiver = new Receiver(
            $"HTTP/1.1 {status} There\r\nLocation: {Url(inside)}\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
        using var egress = Gateway(Loopback);
        Assert.Equal(status, (await egress.CallAsync(Get(Url(receiver)), default)).Value.Status);
        Assert.Equal(status, (await egress.CallAsync(Get(Url(receiver)), default)).Value.Status);
        Assert.Equal(0, inside.Connections);
        Assert.All(receiver.Requests, request => Assert.DoesNotContain("Cookie", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endless_answer_is_cut()
    {
        await using var receiver = new Receiver(async (stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"u8.ToArray(), cancellation);
            while (true) await stream.WriteAsync(new byte[4_096], cancellation);
        });
        using var egress = Gateway(Loopback);
        var answer = (await egress.CallAsync(Get(Url(receiver)), default)).Value;
        Assert.Equal((1_024, true), (answer.Body.Length, answer.IsCut));
    }

    [Fact]
    public async Task A_caller_cannot_ask_for_more_than_the_limit()
    {
        await using var receiver = new Receiver("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n" + new string('a', 30));
        using var egress = Gateway(Loopback with { AnswerBytesMax = 20, BodyBytesMax = 10 });
        var answer = (await egress.CallAsync(Get(Url(receiver)) with { AnswerBytesMax = int.MaxValue }, default)).Value;
        Assert.Equal((20, true), (answer.Body.Length, answer.IsCut));
        Assert.Equal("body", (await egress.CallAsync(Get(Url(receiver)) with { Body = new byte[11] }, default)).Error!.Field);
    }

    [Fact]
    public async Task Who_never_answers_is_left()
    {
        var options = Loopback with { CallTimeMax = TimeSpan.FromMilliseconds(300) };
        await using var silent = new Receiver((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        await using var slow = new Receiver(async (stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), cancellation);
            for (var sent = 0; sent < 100_000; sent++)
            {
                await stream.WriteAsync("a"u8.ToArray(), cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
            }
        });
        using var egress = Gateway(options);
        foreach (var receiver in new[] { silent, slow })
        {
            var left = (await egress.CallAsync(Get(Url(receiver)), default)).Error!;
            Assert.Equal((ErrorCode.Unavailable, "127.0.0.1 did not answer within 0.3 s."), (left.Code, left.Message));
        }
    }

    [Fact]
    public async Task A_name_that_is_never_found_is_left_too()
    {
        using var egress = Gateway(
            new EgressOptions { CallTimeMax = TimeSpan.FromMilliseconds(200) }, (_, _) => new TaskCompletionSource<IPAddress[]>().Task);
        Assert.Equal(ErrorCode.Unavailable, (await egress.CallAsync(Get("https://innocent.example/"), default)).Error!.Code);
    }

    [Fact]
    public async Task Whoever_calls_may_stop_waiting()
    {
        await using var silent = new Receiver((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        using var egress = Gateway(Loopback);
        using var stop = new CancellationTokenSource();
        var call = egress.CallAsync(Get(Url(silent)), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task No_more_calls_are_under_way_than_may_be()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new Receiver(async (stream, cancellation) =>
        {
            await release.Task.WaitAsync(cancellation);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Ok), cancellation);
        });
        using var egress = Gateway(Loopback with { CallsMax = 2 });
        var calls = Enumerable.Range(0, 6).Select(_ => egress.CallAsync(Get(Url(receiver)), default)).ToArray();
        while (receiver.Connections < 2) await Task.Yield();
        Assert.Equal(2, receiver.Connections);
        release.SetResult();
        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal(200, answer.Value.Status));
    }

    [Theory]
    [InlineData("220 mail.example ESMTP\r\n", "answers with something that is not HTTP")]
    [InlineData("", "answers with something that is not HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "answers with something that is not HTTP")]
    public async Task What_is_not_http_is_told_without_a_word_of_it(string said, string word)
    {
        await using var receiver = new Receiver(said);
        using var egress = Gateway(Loopback);
        Assert.Equal($"127.0.0.1 {word}.", (await egress.CallAsync(Get(Url(receiver)), default)).Error!.Message);
    }

    [Fact]
    public async Task Too_many_headers_are_not_read()
    {
        var headers = string.Concat(Enumerable.Range(0, 2_000).Select(number => $"X-{number}: {new string('a', 100)}\r\n"));
        await using var receiver = new Receiver($"HTTP/1.1 200 OK\r\n{headers}\r\n");
        using var egress = Gateway(Loopback);
        Assert.Equal("127.0.0.1 answers with too many headers.", (await egress.CallAsync(Get(Url(receiver)), default)).Error!.Message);
    }

    [Fact]
    public async Task Neither_are_answers_that_only_ever_announce_another()
    {
        await using var receiver = new Receiver(async (stream, cancellation) =>
        {
            while (true) await stream.WriteAsync("HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n"u8.ToArray(), cancellation);
        });
        using var egress = Gateway(Loopback with { CallTimeMax = TimeSpan.FromSeconds(30) });
        Assert.Equal("127.0.0.1 answers with too many headers.", (await egress.CallAsync(Get(Url(receiver)), default)).Error!.Message);
    }

    [Fact]
    public async Task A_certificate_is_of_the_name_and_of_somebody_known()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=innocent.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate);
        using var egress = Gateway(Loopback, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var refused = await egress.CallAsync(Get($"https://innocent.example:{((IPEndPoint)listener.LocalEndpoint).Port}/"), default);
        Assert.Equal("innocent.example has no certificate that can be believed.", refused.Error!.Message);
        // The name was asked of the server, though the connection went to an address.
        Assert.Equal("innocent.example", await serving);
    }

    [Fact]
    public async Task Nobody_there_is_unavailable()
    {
        int port;
        await using (var receiver = new Receiver(Ok)) port = receiver.Port;
        using var egress = Gateway(Loopback);
        var gone = (await egress.CallAsync(Get($"http://127.0.0.1:{port}/"), default)).Error!;
        Assert.Equal((ErrorCode.Unavailable, "127.0.0.1 cannot be reached."), (gone.Code, gone.Message));
        using var nameless = Gateway(new EgressOptions(), (_, _) => Task.FromResult<IPAddress[]>([]));
        Assert.Equal("nobody.example has no address.", (await nameless.CallAsync(Get("https://nobody.example/"), default)).Error!.Message);
    }

    private static async Task<string> ServeAsync(System.Net.Sockets.TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        var asked = "";
        try
        {
            await tls.AuthenticateAsServerAsync((_, greeting, _, _) =>
            {
                asked = greeting.ServerName;
                return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = certificate });
            }, null);
            await tls.ReadExactlyAsync(new byte[1]);
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            // Who called does not believe the certificate, and hangs up.
        }

        return asked;
    }

    private static EgressGateway Gateway(EgressOptions options, AddressResolver? resolve = null) =>
        new(options, resolve ?? Dns.GetHostAddressesAsync, TimeProvider.System, NullLogger<EgressGateway>.Instance);

    private static string Url(Receiver receiver) => $"http://127.0.0.1:{receiver.Port}/hook";

    private static EgressCall Get(string url) => new(HttpMethod.Get, url, [], default, null, 1_024);
}
