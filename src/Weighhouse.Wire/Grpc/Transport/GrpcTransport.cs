using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>gRPC over HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md</summary>
internal static class GrpcTransport
{
    public const string ContentType = "application/grpc";

    private const string EncodingHeader = "grpc-encoding";
    private const string AcceptEncodingHeader = "grpc-accept-encoding";
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private const string PushbackHeader = "grpc-retry-pushback-ms";

    public static async Task AnswerAsync(HttpContext http, GrpcMethod method, GrpcBackend backend)
    {
        if (await RefuseHttpAsync(http)) return;
        var started = backend.Time.GetTimestamp();
        http.Response.ContentType = ContentType;
        http.Response.Headers[AcceptEncodingHeader] = Compressions.Accepted;
        if (method.Stream is not null) LetWait(http);
        var hasSent = false;
        GrpcStatus status;
        if (!TryReadTimeout(http.Request, out var timeout))
        {
            status = new GrpcStatus(
                GrpcCode.Internal, $"Malformed grpc-timeout '{http.Request.Headers["grpc-timeout"]}'; '500m' is 500 ms.");
        }
        else if (!TryReadCompression(http, out var compression))
        {
            status = new GrpcStatus(
                GrpcCode.Unimplemented,
                $"grpc-encoding '{http.Request.Headers[EncodingHeader]}' is not spoken here; these are: {Compressions.Accepted}.");
        }
        else
        {
            using var end = new CallEnd(
                http, timeout, backend.Time, method.Stream is null ? default : backend.Lifetime.ApplicationStopping);
            using var call = new GrpcCall(http, method, backend, end, compression);
            status = await RunAsync(call, method, end);
            hasSent = call.HasSent;
        }

        End(http, status, hasSent);
        WireMetrics.GrpcCallEnded(method.Path, status.Code, backend.Time.GetElapsedTime(started));
        if (status.Code is not GrpcCode.Ok)
            WireLog.GrpcCallRefused(backend.Logger, method.Path, GrpcCodes.Name(status.Code), status.Message, http.TraceIdentifier);
    }

    /// <summary>How a refusal is worded that is made before the method runs.</summary>
    public static Task RefuseAsync(HttpContext http, Error error)
    {
        if (!http.Response.SupportsTrailers()) return ApiProblem.WriteAsync(http, error);
        http.Response.ContentType = ContentType;
        End(http, GrpcStatus.Of(error), hasSent: false);
        return Task.CompletedTask;
    }

    private static async ValueTask<GrpcStatus> RunAsync(GrpcCall call, GrpcMethod method, CallEnd end)
    {
        try
        {
            var result = method.Unary is { } unary ? await AnswerOnceAsync(call, unary) : await method.Stream!(call);
            if (result.Error is not { } error) return GrpcStatus.Ok;
            return end.IsPastDeadline ? end.Why() : GrpcStatus.Of(error);
        }
        catch (OperationCanceledException)
        {
            return end.Why();
        }
        catch (ErrorException exception)
        {
            return GrpcStatus.Of(exception.Error);
        }
        catch (Exception exception)
        {
            // The boundary of a call: a bug behind it becomes one log entry and one honest status, also in the middle of a stream.
            WireLog.GrpcCallFailed(call.Backend.Logger, exception, method.Path, call.Http.TraceIdentifier);
            return new GrpcStatus(
                GrpcCode.Internal,
                $"This is a fault in Weighhouse. The server's log has the details under request {call.Http.TraceIdentifier}.");
        }
    }

    private static async ValueTask<Result<Done>> AnswerOnceAsync(GrpcCall call, UnaryHandler handler)
    {
        var asked = await call.OnlyAsync();
        if (!asked.TryGet(out var request, out var error)) return error;
        // Held until the end of the call, after all that the handler takes into its keeping: tensors lie in it.
        call.Own(request);
        using var reply = new ProtoWriter();
        var answered = await handler(call, request, reply);
        return answered.IsFailure ? answered : await call.SendLastAsync(reply);
    }

    /// <summary>A call that ends before any message has its status in the headers; all others after the last message.</summary>
    private static void End(HttpContext http, GrpcStatus status, bool hasSent)
    {
        var response = http.Response;
        if (http.RequestAborted.IsCancellationRequested && response.HasStarted) return;
        var isInHeaders = !hasSent && !response.HasStarted;
        Put(StatusHeader, ((int)status.Code).ToString());
        if (status.Message.Length > 0) Put(MessageHeader, GrpcText.Encode(status.Message));
        if (status.RetryAfter is { } wait) Put(PushbackHeader, ((long)Math.Ceiling(wait.TotalMilliseconds)).ToString());

        void Put(string name, string value)
        {
            if (isInHeaders) response.Headers[name] = value;
            else response.AppendTrailer(name, value);
        }
    }

    /// <summary>Who does not speak gRPC gets an answer in HTTP.</summary>
    private static async ValueTask<bool> RefuseHttpAsync(HttpContext http)
    {
        if (!http.Response.SupportsTrailers())
        {
            await ApiProblem.WriteAsync(http, Error.Invalid("gRPC needs HTTP/2: ask on the gRPC port, or use the REST protocols here."));
            return true;
        }

        if (IsGrpc(http.Request.ContentType)) return false;
        http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return true;
    }

    /// <summary>Messages are protobuf: application/grpc, application/grpc+proto, either with parameters.</summary>
    private static bool IsGrpc(string? type)
    {
        if (type?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) is not true) return false;
        var rest = type.AsSpan(ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase)) rest = rest["+proto".Length..];
        return rest.IsEmpty || rest[0] is ';' or ' ';
    }

    /// <summary>A stream's client is silent as long as it has nothing to say.</summary>
    private static void LetWait(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }

    private static bool TryReadTimeout(HttpRequest request, out TimeSpan? timeout)
    {
        timeout = null;
        var text = request.Headers["grpc-timeout"].ToString();
        if (text.Length == 0) return true;
        if (!GrpcTimeout.TryParse(text, out var parsed)) return false;
        timeout = parsed;
        return true;
    }

    /// <summary>Answers are compressed as the questions are, when the client takes that.</summary>
    private static bool TryReadCompression(HttpContext http, out (Compression Received, Compression Sent) compression)
    {
        var word = http.Request.Headers[EncodingHeader].ToString();
        var isKnown = Compressions.TryParse(word, out var received);
        var accepted = http.Request.Headers[AcceptEncodingHeader].ToString();
        var isAnswered = received is not Compression.Identity && accepted.Contains(word, StringComparison.Ordinal);
        var sent = isAnswered ? received : Compression.Identity;
        if (sent is not Compression.Identity) http.Response.Headers[EncodingHeader] = word;
        compression = (received, sent);
        return isKnown;
    }
}
