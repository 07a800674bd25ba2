using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc.Health;

/// <summary>
/// The standard health question, of the whole server ("") or of one service:
/// https://github.com/grpc/grpc/blob/master/doc/health-checking.md
/// </summary>
internal static class HealthService
{
    private const string Service = "grpc.health.v1.Health";

    public static readonly IReadOnlyList<GrpcMethod> Methods =
    [
        GrpcMethod.Of(Service, "Check", Policy.Anyone, CheckAsync, "`SERVING`; `NOT_SERVING` while the server stops") with { IsSmall = true },
        GrpcMethod.Streaming(Service, "Watch", Policy.Anyone, WatchAsync,
            "ends with `UNAVAILABLE` when the server stops, after it has said `NOT_SERVING`") with
        {
            IsSmall = true,
        },
    ];

    private enum Status
    {
        Serving = 1,
        NotServing = 2,
        ServiceUnknown = 3,
    }

    private static ValueTask<Result<Done>> CheckAsync(GrpcCall call, MessageBuffer request, ProtoWriter reply)
    {
        var asked = ServiceIn(request);
        if (!asked.TryGet(out var service, out var error)) return new(error);
        if (!IsKnown(service)) return new(Error.NotFound($"unknown service {service}"));
        Write(reply, Now(call));
        return new(Done.Ok);
    }

    /// <summary>Of a service nobody knows it says so and goes on: another version of the server may have it.</summary>
    private static async ValueTask<Result<Done>> WatchAsync(GrpcCall call)
    {
        var read = await call.OnlyAsync();
        if (!read.TryGet(out var request, out var error)) return error;
        Result<string> asked;
        using (request) asked = ServiceIn(request);
        if (!asked.TryGet(out var service, out error)) return error;
        using var reply = new ProtoWriter();
        Write(reply, IsKnown(service) ? Now(call) : Status.ServiceUnknown);
        var sent = await call.SendAsync(reply);
        if (sent.IsFailure) return sent;
        await EndAsync(call);
        if (!call.IsServerStopping) throw new OperationCanceledException(call.Cancellation);
        reply.Clear();
        Write(reply, Status.NotServing);
        var last = await call.SendLastAsync(reply);
        return last.IsFailure ? last : GrpcCall.Stopping;
    }

    private static async ValueTask EndAsync(GrpcCall call)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registered = call.Cancellation.UnsafeRegister(
            static source => ((TaskCompletionSource)source!).TrySetResult(), ended);
        await ended.Task;
    }

    private static Status Now(GrpcCall call) =>
        call.Backend.Lifetime.ApplicationStopping.IsCancellationRequested ? Status.NotServing : Status.Serving;

    private static bool IsKnown(string service) => service.Length == 0 || GrpcServices.Names.Contains(service, StringComparer.Ordinal);

    private static Result<string> ServiceIn(MessageBuffer request)
    {
        var reader = new ProtoReader(request.Memory);
        var service = "";
        while (reader.Next())
        {
            if (reader.Key == ((1 << 3) | ProtoWire.Bytes)) service = reader.Text();
            else reader.Skip();
        }

        return reader.Refuse("HealthCheckRequest") is { } error ? error : service;
    }

    private static void Write(ProtoWriter reply, Status status) => reply.Varint(1, (ulong)status);
}
