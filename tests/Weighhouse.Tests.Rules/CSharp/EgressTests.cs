using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Rules.CSharp;

/// <summary>What the server calls because somebody said so, it calls through one gateway.</summary>
public sealed partial class EgressTests
{
    /// <summary>Who may make connections of their own: to the operator's addresses, or for the person at the terminal.</summary>
    private static readonly (string Path, string Reason)[] Allowed =
    [
        ("src/Weighhouse.Http/Egress/", "the gateway itself"),
        ("src/Weighhouse.Client/", "the client library runs where its user does"),
        ("src/Weighhouse.Versioning/Workspace/Remotes/Server/", "commands call the server that their user names"),
        ("src/Weighhouse.Blobs/Backends/", "buckets are at the operator's addresses"),
        ("src/Weighhouse/Commands/Doctor/", "looks whether the operator's own port is free"),
    ];

    [Fact]
    public void Nothing_of_the_server_calls_but_through_the_gateway()
    {
        var violations = new Violations(
            "What the server calls passes Weighhouse.Http.Egress: an address that somebody gave may lead into the operator's network.",
            "take an IEgress; for an address that only the operator can give, add the folder to this test and say why.");
        foreach (var file in Repository.Under("src/", ".cs").Where(file => !IsAllowed(file.Path)))
            foreach (Match match in Calls().Matches(file.Code))
                violations.Add(file, SourceText.LineOf(file.Code, match.Index), match.Value);
        violations.AssertNone();
    }

    [Fact]
    public void Every_exception_to_the_rule_is_one()
    {
        foreach (var (path, _) in Allowed)
            Assert.Contains(Repository.Under(path, ".cs"), file => Calls().IsMatch(file.Code));
    }

    [Theory]
    [InlineData("using var http = new HttpClient();")]
    [InlineData("HttpClient http = new(handler);")]
    [InlineData("new SocketsHttpHandler { }")]
    [InlineData("var client = new TcpClient();")]
    [InlineData("new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)")]
    [InlineData("services.AddHttpClient<Sender>()")]
    [InlineData("await Dns.GetHostAddressesAsync(host)")]
    [InlineData("IHttpClientFactory factory")]
    public void Calls_are_known_when_they_are_seen(string code) => Assert.Matches(Calls(), code);

    [Theory]
    [InlineData("new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)")]
    [InlineData("catch (SocketException)")]
    [InlineData("HttpContext context")]
    public void What_calls_nobody_else_is_none(string code) => Assert.DoesNotMatch(Calls(), code);

    private static bool IsAllowed(string path) => Array.Exists(Allowed, entry => path.StartsWith(entry.Path, StringComparison.Ordinal));

    [GeneratedRegex(
        @"\b(HttpClient|HttpMessageInvoker|SocketsHttpHandler|HttpClientHandler|IHttpClientFactory|AddHttpClient|TcpClient|UdpClient"
        + @"|ClientWebSocket|WebRequest|SmtpClient|Dns)\b|\bnew Socket\((?!AddressFamily\.Unix)", RegexOptions.ExplicitCapture)]
    private static partial Regex Calls();
}
