using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Weighhouse.TestKit;

#pragma warning disable CA5351 // MD5 is DVC's name of content; nothing relies on its strength.

namespace Weighhouse.Tests.Wire.Dvc;

/// <summary>What a transcript cannot show: content that is large, has line ends of its own, or breaks off.</summary>
public sealed class DvcDoorTests(WireServer server, ITestOutputHelper output) : IClassFixture<WireServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_content_that_changes_in_part_is_stored_in_part()
    {
        var door = await OpenAsync("large");
        var content = Bytes(12_000_000);
        await PushAsync(door, content);
        for (var i = 6_000_000; i < 6_000_100; i++) content[i] ^= 1;
        await PushAsync(door, content);
        Assert.Equal(content, await server.Client.GetByteArrayAsync(AddressOf(door, content), Cancellation));
        var facts = await server.Client.GetStringAsync("/api/v1/repositories/large", Cancellation);
        var added = long.Parse(facts.Split("\"addedBytes\":")[1].Split(',', '}')[0]);
        Assert.InRange(added, 12_000_000, 12_600_000);
    }

    [Fact]
    public async Task Text_of_DVC_2_is_named_as_if_its_line_ends_were_those_of_Unix()
    {
        var door = await OpenAsync("line-ends");
        var text = "a,b\r\n1,2\r\n"u8.ToArray();
        var name = Convert.ToHexStringLower(MD5.HashData("a,b\n1,2\n"u8));
        var address = $"{door}/{name[..2]}/{name[2..]}";
        using var pushed = await server.Client.PostAsync(address, new ByteArrayContent(text), Cancellation);
        Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
        Assert.Equal(text, await server.Client.GetByteArrayAsync(address, Cancellation));
        using var forged = await server.Client.PostAsync(
            $"{door}/files/md5/{name[..2]}/{name[2..]}", new ByteArrayContent(text), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
    }

    [Fact]
    public async Task A_client_that_goes_away_after_the_headers_is_no_failure_of_the_server()
    {
        using var folder = new TemporaryFolder();
        await using var process = await WeighProcess.StartAsync(folder["data"]);
        using var client = new HttpClient { BaseAddress = process.Url };
        using var made = await client.PostAsJsonAsync("/api/v1/repositories", new { name = "existence" }, Cancellation);
        var content = Bytes(8_000_000);
        var address = AddressOf("/repos/existence/dvc", content);
        using var pushed = await client.PutAsync(address, new ByteArrayContent(content), Cancellation);
        Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
        for (var i = 0; i < 50; i++)
        {
            using var line = new TcpClient();
            await line.ConnectAsync(process.Url.Host, process.Url.Port, Cancellation);
            await SendAsync(line, $"GET {address} HTTP/1.1\r\nHost: {process.Url.Authority}\r\n\r\n");
            var status = new byte["HTTP/1.1 200 OK".Length];
            await line.GetStream().ReadExactlyAsync(status, Cancellation);
            Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(status));
        }

        Assert.Equal(content, await client.GetByteArrayAsync(address, Cancellation));
        Assert.Equal(0, await process.StopAsync());
        Assert.DoesNotContain("fail:", process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_and_can_be_made_again()
    {
        var door = await OpenAsync("broken");
        var content = Bytes(3_000_000);
        var address = AddressOf(door, content);
        foreach (var headers in new[] { "Transfer-Encoding: chunked", $"Content-Length: {content.Length}" })
        {
            using (var client = await ConnectAsync())
            {
                await SendAsync(client, $"POST {address} HTTP/1.1\r\nHost: {Host}\r\n{headers}\r\n\r\n");
                if (headers.Contains("chunked")) await SendAsync(client, $"{1_000_000:x}\r\n");
                await client.GetStream().WriteAsync(content.AsMemory(0, 1_000_000), Cancellation);
            }

            using var asked = await server.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, asked.StatusCode);
        }

        await PushAsync(door, content);
        Assert.Equal(content, await server.Client.GetByteArrayAsync(address, Cancellation));
    }

    [Fact]
    public async Task Many_pushes_of_the_same_content_at_once_are_one()
    {
        var door = await OpenAsync("at-once");
        var content = Bytes(1_000_000);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PushAsync(door, content)));
        Assert.Equal(content, await server.Client.GetByteArrayAsync(AddressOf(door, content), Cancellation));
    }

    private string Host => server.Client.BaseAddress!.Authority;

    private async Task<string> OpenAsync(string repository)
    {
        using var made = await server.Client.PostAsJsonAsync("/api/v1/repositories", new { name = repository }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return $"/repos/{repository}/dvc";
    }

    private async Task PushAsync(string door, byte[] content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(door, content)) { Content = new ByteArrayContent(content) };
        request.Headers.TransferEncodingChunked = true;
        using var pushed = await server.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
    }

    private static string AddressOf(string door, byte[] content)
    {
        var name = Convert.ToHexStringLower(MD5.HashData(content));
        return $"{door}/files/md5/{name[..2]}/{name[2..]}";
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, Cancellation);
        return client;
    }

    private static Task SendAsync(TcpClient client, string text) =>
        client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation).AsTask();

    private byte[] Bytes(int length)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
