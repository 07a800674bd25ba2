using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>One call being answered.</summary>
internal sealed class GrpcCall(
    HttpContext http, GrpcMethod method, GrpcBackend backend, CallEnd end, (Compression Received, Compression Sent) compression)
    : IDisposable
{
    private readonly Stack<IDisposable> _owned = [];

    private readonly MessageReader _reader = new(
        http.Request.BodyReader, backend.Memory, compression.Received,
        method.IsSmall ? backend.Options.QuestionBytesMax : backend.Options.MessageBytesMax);

    private readonly MessageWriter _writer = new(http.Response.BodyWriter, compression.Sent);

    public HttpContext Http => http;

    public GrpcBackend Backend => backend;

    public Principal Caller { get; } = http.Caller();

    /// <summary>When the client has gone, its deadline has passed, or, for a stream, the server stops.</summary>
    public CancellationToken Cancellation => end.Token;

    /// <summary>A timestamp of the server's clock after which nobody waits for the answer; null for none.</summary>
    public long? Deadline => end.Deadline;

    public bool IsServerStopping => end.IsServerStopping;

    /// <summary>How a stream ends that the server's stop ends.</summary>
    public static Error Stopping { get; } = new(ErrorCode.Unavailable, "The server is stopping. Connect again in a moment.");

    /// <summary>Whether the client has been told anything but how the call ended.</summary>
    public bool HasSent { get; private set; }

    public T Service<T>()
        where T : class => (T)http.RequestServices.GetService(typeof(T))!;

    /// <summary>Disposes this when the call has been answered; what came last goes first.</summary>
    public void Own(IDisposable held) => _owned.Push(held);

    /// <summary>The next message; null when the client has sent its last. Dispose it.</summary>
    public ValueTask<Result<MessageBuffer?>> NextAsync() => _reader.ReadAsync(Cancellation);

    /// <summary>The one message of a call that has one.</summary>
    public async ValueTask<Result<MessageBuffer>> OnlyAsync()
    {
        var first = await NextAsync();
        if (!first.TryGet(out var message, out var error)) return error;
        if (message is null) return new Error(ErrorCode.Internal, "The call ended without a message; this method takes one.");
        var second = await NextAsync();
        if (second is { IsFailure: false, Value: null }) return message;
        message.Dispose();
        if (second.IsFailure) return second.Error;
        second.Value?.Dispose();
        return new Error(ErrorCode.Internal, "The call has a second message; this method takes one.");
    }

    /// <summary>Sends a message of a stream at once.</summary>
    public async ValueTask<Result<Done>> SendAsync(ProtoWriter message)
    {
        var sent = await SendLastAsync(message);
        if (!sent.IsFailure) await _writer.FlushAsync(Cancellation);
        return sent;
    }

    /// <summary>Sends the message with which the answer ends: it leaves together with the status.</summary>
    public ValueTask<Result<Done>> SendLastAsync(ProtoWriter message)
    {
        HasSent = true;
        return _writer.WriteAsync(message, Cancellation);
    }

    public void Dispose()
    {
        while (_owned.TryPop(out var held)) held.Dispose();
    }
}
