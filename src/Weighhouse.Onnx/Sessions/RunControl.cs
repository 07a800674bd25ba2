using Weighhouse.Kernel;
using Weighhouse.Onnx.Native;

namespace Weighhouse.Onnx.Sessions;

/// <summary>
/// What every run needs: options of its own to be cancelled by, a hold on the session, and one run at a time. Who disposes it while it
/// runs does so when the run has ended.
/// </summary>
internal sealed unsafe class RunControl : IDisposable
{
    private const int Idle = 0, Running = 1, Disposed = 2, DisposedWhileRunning = 3;

    public static readonly Error Unloaded = new(
        ErrorCode.Unavailable, "The model has been unloaded. Ask again: whoever unloads one loads its successor first.");

    private readonly OnnxSession _session;
    private readonly OrtApi _api;
    private readonly RunOptionsHandle _options;
    private int _state;
    private bool _terminated;

    public RunControl(OnnxSession session)
    {
        _session = session;
        _api = session.Runtime.Api;
        _options = new RunOptionsHandle(_api);
        nint made;
        _api.Require(_api.CreateRunOptions(&made));
        _options.Own(made);
    }

    /// <summary>The options, for the run between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public nint Options => _options.Raw;

    public void Configure(string key, string value)
    {
        RequireIdle();
        using var texts = new Utf8Texts(key, value);
        _api.Require(_api.AddRunConfigEntry(Options, texts[0], texts[1]));
    }

    /// <summary>Refused when the session is disposed. When it is not, <see cref="End"/> must follow.</summary>
    public Error? Begin()
    {
        var before = Interlocked.CompareExchange(ref _state, Running, Idle);
        if (before == Running) throw new InvariantException("A call runs on one thread at a time: make another one with NewCall.");
        ObjectDisposedException.ThrowIf(before != Idle, typeof(OnnxCall));
        var held = false;
        try
        {
            if (!_session.IsDisposed) _session.Handle.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            // Disposed between the question and the hold.
        }

        if (held) return null;
        _state = Idle;
        return Unloaded;
    }

    public bool IsRunning => Volatile.Read(ref _state) is Running or DisposedWhileRunning;

    /// <summary>Changing what a run works on while it runs is a bug, and so is using what is disposed.</summary>
    public void RequireIdle()
    {
        var state = Volatile.Read(ref _state);
        Invariant.That(state != Running);
        ObjectDisposedException.ThrowIf(state != Idle, typeof(OnnxCall));
    }

    public CancellationTokenRegistration Watch(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static control => ((RunControl)control!).Terminate(), this);

    /// <summary>Reads how the run went. The watch is over first, and so nobody can set the flag of a run that has not begun.</summary>
    /// <param name="status">What the runtime returned.</param>
    /// <param name="watch">Of this run.</param>
    /// <param name="wasDisposed">The owner was disposed meanwhile and must free what it kept for the run.</param>
    public Error? End(nint status, CancellationTokenRegistration watch, out bool wasDisposed)
    {
        watch.Dispose();
        _session.Handle.DangerousRelease();
        if (_terminated)
        {
            _terminated = false;
            _api.Require(_api.RunOptionsUnsetTerminate(Options));
        }

        wasDisposed = Interlocked.CompareExchange(ref _state, Idle, Running) != Running;
        if (wasDisposed) _options.Dispose();
        return _api.Take(status, OrtTask.Run);
    }

    /// <summary>True when nothing runs and the owner may free now what it kept.</summary>
    public bool Close()
    {
        var before = Interlocked.CompareExchange(ref _state, DisposedWhileRunning, Running);
        if (before == Running) return false;
        if (Interlocked.Exchange(ref _state, Disposed) != Idle) return false;
        _options.Dispose();
        return true;
    }

    public void Dispose() => Close();

    private void Terminate()
    {
        _terminated = true;
        _api.Require(_api.RunOptionsSetTerminate(Options));
    }
}
