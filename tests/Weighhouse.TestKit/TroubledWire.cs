using System.Net;
using System.Net.Sockets;

namespace Weighhouse.TestKit;

/// <summary>A connection between a program and a server that a test can slow down, cut and stop.</summary>
public sealed class TroubledWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private long _passedBytes;

    public TroubledWire(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long each answer waits before it is passed on.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>A connection is cut whenever this many more bytes have passed over the wire; 0 cuts none.</summary>
    public long CutEveryBytes { get; set; }

    /// <summary>How many connections were cut so far.</summary>
    public int Cuts { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            var there = PumpAsync(near.GetStream(), far.GetStream(), waits: false);
            var back = PumpAsync(far.GetStream(), near.GetStream(), waits: true);
            await Task.WhenAny(there, back);
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
        {
            // Cut, or refused by a server that is down: the other side sees the connection end.
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool waits)
    {
        var buffer = new byte[16 << 10];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var count)
        {
            if (waits && Delay > TimeSpan.Zero) await Task.Delay(Delay, TimeProvider.System, _stop.Token);
            var before = Interlocked.Add(ref _passedBytes, count) - count;
            if (CutEveryBytes > 0 && before / CutEveryBytes != (before + count) / CutEveryBytes)
            {
                Cuts++;
                throw new IOException("cut");
            }

            await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}
