using System.Net.Sockets;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>
/// A process that has a model loaded. Whoever took it from its pool is alone with it. It is started by <see cref="WorkerStart"/>.
/// </summary>
internal sealed class Worker : IDisposable
{
    private readonly StartedProcess _started;
    private readonly PythonOptions _options;
    private readonly TimeProvider _time;
    private CancellationTokenSource _patience;
    private string? _endedBecause;
    private ulong _number;
    private bool _isTired;
    private bool _isDisposed;

    public Worker(StartedProcess started, WorkerLoaded loaded, PythonOptions options, TimeProvider time)
    {
        (_started, Loaded, _options, _time) = (started, loaded, options, time);
        _patience = NewPatience();
        Id = started.Process.Id;
        LastUsed = time.GetTimestamp();
        Exited = started.Process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The process that watches over the worker, and ends with it.</summary>
    public int Id { get; }

    public WorkerLoaded Loaded { get; }

    public string Python => _started.Hello.Python;

    public bool IsIsolated => _started.Hello.Isolation is null;

    public long Answered { get; private set; }

    public long PeakBytes { get; private set; }

    /// <summary>When it last had something to do.</summary>
    public long LastUsed { get; private set; }

    /// <summary>Whether it must not be used again.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether it is to be replaced from now on: true once.</summary>
    public bool TryTire()
    {
        if (_isTired) return false;
        return _isTired = true;
    }

    /// <summary>Completes when the process has ended.</summary>
    public Task Exited { get; }

    /// <summary>
    /// Sends a request and waits for the answer. What is refused by the model is an error and leaves the worker
    /// as it is; everything else breaks it. The request's memory is not looked at after <paramref name="sent"/> has been told.
    /// </summary>
    public async Task<Result<WorkerFrame>> RunAsync(InferenceRequest request, Action sent)
    {
        LastUsed = _time.GetTimestamp();
        var number = ++_number;
        var patience = PatienceOf(_options.RequestTimeout);
        try
        {
            try
            {
                await _started.Channel.SendAsync(request, number, patience);
            }
            finally
            {
                sent();
            }

            if (!(await _started.Channel.ReceiveAsync(patience)).TryGet(out var frame, out var error))
                return await BreakAsync(error.Message);
            PeakBytes = Math.Max(PeakBytes, frame.PeakBytes);
            LastUsed = _time.GetTimestamp();
            return frame.Number == number ? Judge(frame) : Break(frame, $"it answered the request {frame.Number} instead of {number}");
        }
        catch (OperationCanceledException)
        {
            return await HangAsync();
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            return await BreakAsync(exception.Message);
        }
    }

    /// <summary>Whether it answers while it has nothing to do.</summary>
    public async Task<bool> IsWellAsync()
    {
        var patience = PatienceOf(_options.HealthTimeout);
        try
        {
            await _started.Channel.TalkAsync(FrameKind.Ping, ++_number, default, patience);
            if (!(await _started.Channel.ReceiveAsync(patience)).TryGet(out var frame, out _)) return false;
            using (frame) return frame.Kind is FrameKind.Pong && frame.Number == _number;
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException
            or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>How it ended; it is ended now if it has not yet.</summary>
    public async Task<WorkerEnd> EndAsync(string? because = null)
    {
        IsBroken = true;
        _endedBecause ??= because;
        if (_endedBecause is null) await _started.WaitForExitAsync();
        _started.Kill();
        await Exited;
        await _started.ReadToEndAsync(hasExited: true);
        return _endedBecause is { } reason
            ? new WorkerEnd(reason, _started.Tail.ToString())
            : WorkerEnd.Of(_started.Process.ExitCode, PeakBytes, _started.Tail.ToString());
    }

    /// <summary>Ends the process under whoever has the worker: what it computes is for nobody any more.</summary>
    public void Kill() => _started.Kill();

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = IsBroken = true;
        _started.Dispose();
        _patience.Dispose();
    }

    private Result<WorkerFrame> Judge(WorkerFrame frame)
    {
        if (frame.Kind is FrameKind.Done)
        {
            Answered++;
            return frame;
        }

        if (frame.Kind is not FrameKind.Refused) return Break(frame, $"it sent a frame of the kind {(uint)frame.Kind}");
        using (frame)
        {
            WorkerRefusal? refusal;
            try
            {
                refusal = JsonSerializer.Deserialize(frame.Words, WorkerJson.Default.WorkerRefusal);
            }
            catch (JsonException)
            {
                refusal = null;
            }

            if (refusal is null) return Break(frame, "it refused a request without words");
            Answered++;
            if (refusal.Code is "invalid")
                return Error.Invalid($"The model refused the request: {PlainText.Cut(refusal.Message, 2_000)}", "inputs");
            if (refusal.Code is not "memory")
                return new Error(ErrorCode.Internal, $"The model failed: {PlainText.Cut(refusal.Message, 2_000)}");
            // What is left of a process that has run out of memory is not to be trusted.
            IsBroken = true;
            _endedBecause = "ran out of memory";
            return new Error(
                ErrorCode.LimitExceeded,
                $"The model needed more memory than the {_options.MemoryBytesMax >> 20} MiB that it may have. Ask for fewer rows at "
                + "once, or let the server give Python models more.");
        }
    }

    private async Task<Result<WorkerFrame>> HangAsync()
    {
        var end = await EndAsync($"did not answer within {_options.RequestTimeout.TotalSeconds:0.###} seconds and was ended");
        return Died(end);
    }

    private Result<WorkerFrame> Break(WorkerFrame frame, string why)
    {
        frame.Dispose();
        IsBroken = true;
        _endedBecause = $"broke the protocol ({why}) and was ended";
        return Died(new WorkerEnd(_endedBecause, ""));
    }

    /// <summary>The connection is gone: mostly because the process is, and then how it ended says more.</summary>
    private async Task<Result<WorkerFrame>> BreakAsync(string why)
    {
        IsBroken = true;
        if (!await _started.WaitForExitAsync()) _endedBecause = $"broke the connection ({why}) and was ended";
        return Died(await EndAsync());
    }

    private static Error Died(WorkerEnd end) => new(
        ErrorCode.Unavailable,
        $"The Python worker that ran the model {end.Reason}. Other requests are not concerned; it is being replaced.");

    private CancellationToken PatienceOf(TimeSpan time)
    {
        if (!_patience.TryReset())
        {
            _patience.Dispose();
            _patience = NewPatience();
        }

        _patience.CancelAfter(time);
        return _patience.Token;
    }

    private CancellationTokenSource NewPatience() => new(Timeout.InfiniteTimeSpan, _time);
}
