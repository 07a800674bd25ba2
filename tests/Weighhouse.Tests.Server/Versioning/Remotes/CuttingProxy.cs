using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weighhouse.Tests.Server.Versioning.Remotes;

/// <summary>Between a client and its server: counts what goes through, and breaks all connections where it is told to.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<TcpClient> _open = [];
    private readonly StringBuilder _heads = new();
    private readonly Lock _lock = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private TaskCompletionSource? _reached;
    private long _up, _down;
    private long _cutUp = long.MaxValue, _cutDown = long.MaxValue;

    public CuttingProxy(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public long UpBytes => Interlocked.Read(ref _up);

    public long DownBytes => Interlocked.Read(ref _down);

    public int Cuts { get; private set; }

    /// <summary>The beginnings of what clients sent, where the heads of requests are.</summary>
    public string Heads
    {
        get
        {
            lock (_lock) return _heads.ToString();
        }
    }

    /// <summary>Breaks every connection once so many more bytes have gone up, and tells.</summary>
    public Task CutUpAfter(long bytes)
    {
        var reached = _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _cutUp, UpBytes + bytes);
        return reached.Task;
    }

    public void CutDownAfter(long bytes) => Interlocked.Exchange(ref _cutDown, DownBytes + bytes);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Break();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pumps = new List<Task>();
        try
        {
            while (true) pumps.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _end.Token);
                lock (_lock) _open.AddRange([client, server]);
                await Task.WhenAny(PumpAsync(client, server, isUp: true), PumpAsync(server, client, isUp: false));
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
            {
                // One side is gone, and the other learns it now.
            }
            finally
            {
                lock (_lock)
                {
                    _open.Remove(client);
                    _open.Remove(server);
                }
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool isUp)
    {
        try
        {
            var buffer = new byte[64 << 10];
            var (source, target) = (from.GetStream(), to.GetStream());
            for (var count = 1; count > 0;)
            {
                count = await source.ReadAsync(buffer, _end.Token);
                if (isUp) Note(buffer.AsSpan(0, count));
                await target.WriteAsync(buffer.AsMemory(0, count), _end.Token);
                if (isUp) Count(ref _up, ref _cutUp, count);
                else Count(ref _down, ref _cutDown, count);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException or SocketException)
        {
            // The connection was broken, here or there.
        }
    }

    private void Count(ref long counted, ref long cut, int count)
    {
        if (Interlocked.Add(ref counted, count) < Interlocked.Read(ref cut)) return;
        if (Interlocked.Exchange(ref cut, long.MaxValue) == long.MaxValue) return;
        Cuts++;
        Break();
        _reached?.TrySetResult();
    }

    private void Note(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
            if (_heads.Length < 100_000) _heads.Append(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 600)]));
    }

    /// <summary>With a reset, as a cut wire is noticed: what is in flight is lost.</summary>
    private void Break()
    {
        lock (_lock)
        {
            foreach (var connection in _open)
            {
                if (connection.Client is { } socket) socket.LingerState = new LingerOption(true, 0);
                connection.Close();
            }

            _open.Clear();
        }
    }
}
