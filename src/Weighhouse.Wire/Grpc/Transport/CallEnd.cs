using Microsoft.AspNetCore.Http;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>What ends a call before its answer: the client goes, its deadline passes, the server stops. Dispose it.</summary>
internal sealed class CallEnd : IDisposable
{
    private readonly CancellationTokenSource? _source;
    private readonly CancellationTokenRegistration _aborted;
    private readonly CancellationTokenRegistration _stopping;
    private readonly CancellationToken _gone;
    private readonly CancellationToken _stop;
    private readonly TimeProvider _time;

    /// <param name="stopping">Ends streams, which would outlast any patience; default for calls that are soon done.</param>
    public CallEnd(HttpContext http, TimeSpan? timeout, TimeProvider time, CancellationToken stopping)
    {
        (_gone, _stop, _time) = (http.RequestAborted, stopping, time);
        Token = _gone;
        if (timeout is null && !stopping.CanBeCanceled) return;
        _source = timeout is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        Token = _source.Token;
        if (timeout is { } left) Deadline = time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency);
        _aborted = _gone.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        _stopping = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token { get; }

    public long? Deadline { get; }

    /// <summary>A timer may fire a little before the clock that is read here shows its time: its word counts, too.</summary>
    public bool IsPastDeadline =>
        Deadline is { } deadline
        && (_time.GetTimestamp() >= deadline
            || (Token.IsCancellationRequested && !_gone.IsCancellationRequested && !_stop.IsCancellationRequested));

    public bool IsServerStopping => _stop.IsCancellationRequested && !_gone.IsCancellationRequested && !IsPastDeadline;

    /// <summary>Which of the ends it was.</summary>
    public GrpcStatus Why() => this switch
    {
        { IsPastDeadline: true } => new GrpcStatus(GrpcCode.DeadlineExceeded, "Deadline Exceeded"),
        { _gone.IsCancellationRequested: true } => new GrpcStatus(GrpcCode.Cancelled, "The client has gone."),
        { _stop.IsCancellationRequested: true } =>
            GrpcStatus.Of(GrpcCall.Stopping),
        _ => new GrpcStatus(GrpcCode.Cancelled, "The call was cancelled."),
    };

    public void Dispose()
    {
        _aborted.Dispose();
        _stopping.Dispose();
        _source?.Dispose();
    }
}
