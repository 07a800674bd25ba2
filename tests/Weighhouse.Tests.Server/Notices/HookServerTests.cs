using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Weighhouse.TestKit;
using Weighhouse.Tests.Http.Egress;

namespace Weighhouse.Tests.Server.Notices;

/// <summary>A whole server tells a real receiver what happens to models.</summary>
public sealed class HookServerTests
{
    private const string Secret = "sixteen letters at least";

    private static readonly string[] AllowLoopback = ["--egress-allow", "127.0.0.0/8"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_happens_to_a_model_is_told_even_by_the_next_process()
    {
        using var folder = new TemporaryFolder();
        var isHanging = true;
        await using var receiver = new Receiver(async (stream, cancellation) =>
        {
            if (Volatile.Read(ref isHanging)) await Task.Delay(Timeout.Infinite, cancellation);
            await stream.WriteAsync("HTTP/1.1 204 None\r\n\r\n"u8.ToArray(), cancellation);
        });
        string hook;
        await using (var server = await WeighProcess.StartAsync(folder["data"], null, AllowLoopback))
        {
            using var http = new HttpClient { BaseAddress = server.Url };
            hook = await MakeAsync(http, receiver);
            await PostAsync(http, "/api/2.0/mlflow/registered-models/create", new { name = "churn" });
            await PostAsync(http, "/api/2.0/mlflow/registered-models/set-tag", new { name = "churn", key = "team", value = "growth" });
            await ArrivedAsync(receiver, 1);
            // The receiver has the first and has not answered; the second waits for its turn.
            await server.KillAsync();
        }

        Volatile.Write(ref isHanging, false);
        await using (var server = await WeighProcess.StartAsync(folder["data"], null, AllowLoopback))
        {
            using var http = new HttpClient { BaseAddress = server.Url };
            await ArrivedAsync(receiver, 3);
            var told = receiver.Requests
                .Select(request => JsonNode.Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])!)
                .Select(body => $"{body["type"]} {body["subject"]!["name"]} {body["data"]!["after"]?["value"]}").ToList();
            Assert.Equal(["model.create churn ", "model.create churn ", "model.tag.set churn growth"], told);
            Assert.Equal(2, receiver.Requests.Select(request => request.Split("\r\n").Single(line => line.StartsWith(
                "Weighhouse-Delivery: ", StringComparison.Ordinal))).Distinct().Count());
            JsonNode log;
            do log = (await http.GetFromJsonAsync<JsonNode>($"/api/v1/hooks/{hook}/deliveries", Cancellation))!;
            while (log["deliveries"]!.AsArray().Any(delivery => (string)delivery!["state"]! == "waiting"));
            Assert.Equal(["delivered", "delivered"], log["deliveries"]!.AsArray().Select(delivery => (string)delivery!["state"]!));
            Assert.DoesNotContain(Secret, (await http.GetStringAsync($"/api/v1/hooks/{hook}", Cancellation)), StringComparison.Ordinal);
            Assert.Equal(0, await server.StopAsync());
        }
    }

    [Fact]
    public async Task Nothing_private_is_called_unless_the_operator_says_so()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"]);
        using var http = new HttpClient { BaseAddress = server.Url };
        string[] urls = ["http://127.0.0.1/", "https://127.0.0.1/", "https://169.254.169.254/", "https://[::1]/", "https://0x7f.1/"];
        foreach (var url in urls)
        {
            using var refused = await http.PostAsJsonAsync("/api/v1/hooks", new { name = "inside", url }, Cancellation);
            Assert.Equal(400, (int)refused.StatusCode);
            Assert.Equal("url", (string)(await refused.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["field"]!);
        }
    }

    [Fact]
    public async Task Hooks_are_managed_at_the_terminal()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = new Receiver("HTTP/1.1 500 Broken\r\nContent-Length: 4\r\n\r\nno\u001b!");
        await using var server = await WeighProcess.StartAsync(folder["data"], null, AllowLoopback);
        var made = await RunAsync(
            server, Secret, "create", "build", $"http://127.0.0.1:{receiver.Port}/", "--type", "version.*", "--model", "churn", "--sign",
            "-o", "json");
        Assert.Equal(0, made.ExitCode);
        var id = (string)JsonNode.Parse(made.Output)!["id"]!;
        Assert.Matches($"(?m)^{id}  build  model churn of default  version", (await RunAsync(server, null, "list")).Output);
        Assert.Equal(0, (await RunAsync(server, null, "test", id)).ExitCode);
        await ArrivedAsync(receiver, 1);
        string delivery;
        do delivery = (await RunAsync(server, null, "deliveries", id)).Output;
        while (!delivery.TrimEnd().EndsWith(" 1", StringComparison.Ordinal));
        var shown = await RunAsync(server, null, "deliveries", id, delivery.Split('\n')[1].Split(' ')[0]);
        Assert.Matches("(?m)^attempt 1 +.* ms: The receiver answered 500. no !$", shown.Output);
        Assert.Equal("Delivered again: 0 that had died", (await RunAsync(server, null, "replay", id)).Errors.Trim());
        Assert.Equal(0, (await RunAsync(server, null, "rm", id)).ExitCode);
        Assert.Equal(1, (await RunAsync(server, null, "show", id)).ExitCode);
        Assert.Equal(2, (await RunAsync(server, null, "create", "inside", "https://10.0.0.1/")).ExitCode);
    }

    private static Task<CommandOutcome> RunAsync(WeighProcess server, string? input, params string[] arguments) =>
        WeighProcess.RunAsync(["hooks", .. arguments, "--url", $"{server.Url}"], input: input);

    private static async Task<string> MakeAsync(HttpClient http, Receiver receiver)
    {
        using var made = await http.PostAsJsonAsync(
            "/api/v1/hooks",
            new { name = "told", url = $"http://127.0.0.1:{receiver.Port}/", secret = Secret, types = new[] { "model.*" } }, Cancellation);
        Assert.Equal(201, (int)made.StatusCode);
        return (string)(await made.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["id"]!;
    }

    private static async Task PostAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task ArrivedAsync(Receiver receiver, int count)
    {
        while (receiver.Requests.Count < count) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }
}
