using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Events;

/// <summary>One client's stream: events as they come, a comment when there are none, an end when the server stops.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    public const string ContentType = "text/event-stream";

    /// <summary>A client that was cut off comes back after two seconds.</summary>
    private static readonly byte[] Opening = "retry: 2000\n\n"u8.ToArray();
    private static readonly byte[] SignOfLife = ": still here\n\n"u8.ToArray();

    private readonly HttpContext _context;
    private readonly CancellationTokenSource _end;
    private readonly ITimer _heartbeat;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public EventStream(HttpContext context, TrackingOptions options, TimeProvider time, CancellationToken serverStops)
    {
        _context = context;
        _end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, serverStops);
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-cache, no-transform";
        // Proxies that gather answers would hold events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        _heartbeat = time.CreateTimer(
            static state => _ = ((EventStream)state!).BeatAsync(), this, options.EventHeartbeatInterval, options.EventHeartbeatInterval);
    }

    public async Task SendAsync(Func<CancellationToken, IAsyncEnumerable<RunEvent>> watch)
    {
        await using var events = watch(_end.Token).GetAsyncEnumerator(_end.Token);
        // Asked for before the opening is sent: what happens once the client knows it is connected is not missed.
        var next = events.MoveNextAsync();
        if (!await WriteAsync(Opening)) await _end.CancelAsync();
        while (await next)
        {
            if (!await WriteAsync(Format(events.Current))) await _end.CancelAsync();
            next = events.MoveNextAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _heartbeat.DisposeAsync();
        await _end.CancelAsync();
        // A beat under way still holds the response.
        await _writing.WaitAsync();
        _writing.Dispose();
        _end.Dispose();
    }

    private async Task BeatAsync()
    {
        // A beat that meets an event being written is not needed.
        if (_end.IsCancellationRequested || !await _writing.WaitAsync(0)) return;
        try
        {
            await _context.Response.Body.WriteAsync(SignOfLife, _end.Token);
            await _context.Response.Body.FlushAsync(_end.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client has gone; its request ends by itself.
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _writing.WaitAsync(_end.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        try
        {
            await _context.Response.Body.WriteAsync(bytes, _end.Token);
            await _context.Response.Body.FlushAsync(_end.Token);
            return true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    private ReadOnlyMemory<byte> Format(RunEvent happened)
    {
        _buffer.ResetWrittenCount();
        if (happened.MetricKeys.Count > 0) Format("event: metrics\ndata: "u8, happened, withKeys: true);
        if (happened.MetricKeys.Count == 0 || happened.Status is not null) Format("event: run\ndata: "u8, happened, withKeys: false);
        return _buffer.WrittenMemory;
    }

    private void Format(ReadOnlySpan<byte> head, RunEvent happened, bool withKeys)
    {
        _buffer.Write(head);
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            if (happened.Run.Text.Length > 0) json.WriteString("run"u8, happened.Run.Text);
            if (withKeys)
            {
                json.WriteStartArray("keys"u8);
                foreach (var key in happened.MetricKeys) json.WriteStringValue(key);
                json.WriteEndArray();
            }
            else if (happened.Status is { } status)
            {
                json.WriteString("status"u8, ViewText.Of(status));
            }

            json.WriteEndObject();
        }

        _buffer.Write("\n\n"u8);
    }
}
