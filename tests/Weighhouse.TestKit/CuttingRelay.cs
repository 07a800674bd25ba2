using System.Net;
using System.Net.Sockets;

namespace Weighhouse.TestKit;

/// <summary>
/// Passes connections on to a server and counts what goes through, until it is told to break one off in the middle, as a network does.
/// </summary>
public sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private long _sentUp, _sentDown, _cutUpAfter = long.MaxValue, _cutDownAfter = long.MaxValue;
    private int _cuts;

    public CuttingRelay(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Bytes that went to the server.</summary>
    public long SentUpBytes => Interlocked.Read(ref _sentUp);

    /// <summary>Bytes that came from the server.</summary>
    public long SentDownBytes => Interlocked.Read(ref _sentDown);

    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Breaks off, once, the connection that takes the bytes sent up from now on past so many.</summary>
    public void CutUpAfter(long bytes) => Interlocked.Exchange(ref _cutUpAfter, SentUpBytes + bytes);

    public void CutDownAfter(long bytes) => Interlocked.Exchange(ref _cutDownAfter, SentDownBytes + bytes);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true) running.Add(PassAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }

        await Task.WhenAll(running);
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _ending.Token);
                var up = CopyAsync(client, server, isUp: true);
                var down = CopyAsync(server, client, isUp: false);
                await await Task.WhenAny(up, down);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One side has gone; both are closed.
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool isUp)
    {
        var buffer = new byte[64 << 10];
        while (true)
        {
            var count = await from.GetStream().ReadAsync(buffer, _ending.Token);
            if (count == 0) return;
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _ending.Token);
            ref var sent = ref isUp ? ref _sentUp : ref _sentDown;
            ref var limit = ref isUp ? ref _cutUpAfter : ref _cutDownAfter;
            if (Interlocked.Add(ref sent, count) < Interlocked.Read(ref limit)) continue;
            Interlocked.Exchange(ref limit, long.MaxValue);
            Interlocked.Increment(ref _cuts);
            return;
        }
    }
}
