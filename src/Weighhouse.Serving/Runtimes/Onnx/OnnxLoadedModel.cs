using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Runtimes.Onnx;

/// <summary>A session, and calls of it to be used again: a run of one that is there makes no garbage.</summary>
internal sealed class OnnxLoadedModel : ILoadedModel
{
    /// <summary>Calls kept for later: beyond the processors there is rarely a use for one.</summary>
    private static readonly int KeptMax = 4 * Environment.ProcessorCount;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly OnnxSession _session;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<OnnxCall> _kept = new();
    private readonly bool _convertsOutputs;
    private volatile bool _isDisposed;

    public OnnxLoadedModel(OnnxSession session, ModelShape shape, TimeProvider time)
    {
        _session = session;
        _time = time;
        Shape = shape;
        Facts = FactsOf(session.Metadata);
        _convertsOutputs = session.Outputs.Any(static port =>
            port.Type.Kind is not OnnxKind.Tensor || port.Type.ElementType is OnnxElementType.String);
    }

    public ModelShape Shape { get; }

    public IReadOnlyDictionary<string, string> Facts { get; }

    public int RunsAtOnceMax => 0;

    public ValueTask<Result<InferenceReply>> RunAsync(
        InferenceRequest request, PredictionId id, VersionCounters counters, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        var call = _kept.TryDequeue(out var kept) ? kept : _session.NewCall();
        if (SetInputs(call, request) is { } wrong) return new(Drop(call, wrong));
        var ready = _time.GetTimestamp();
        Result<Done> ran;
        try
        {
            ran = call.Run(cancellation);
        }
        catch (OperationCanceledException)
        {
            Keep(call);
            throw;
        }

        var done = _time.GetTimestamp();
        if (ran.Error is { } failed) return new(Drop(call, failed));
        var reply = new OnnxReply(this, call, request, id);
        if (_convertsOutputs && reply.Convert(_session) is { } unreadable)
        {
            reply.Dispose();
            return new(unreadable);
        }

        counters.AddRun(began, ready, done, _time.GetTimestamp());
        return new(reply);
    }

    public void Keep(OnnxCall call)
    {
        if (_isDisposed || _kept.Count >= KeptMax) call.Dispose();
        else _kept.Enqueue(call);
        if (_isDisposed) DropKept();
    }

    public void Dispose()
    {
        _isDisposed = true;
        DropKept();
        _session.Dispose();
    }

    private Error? SetInputs(OnnxCall call, InferenceRequest request)
    {
        for (var i = 0; i < Shape.Inputs.Count; i++)
        {
            var input = request.Input(i);
            if (input.Element is ElementType.Text)
            {
                if (SetTexts(call, i, input) is { } refused) return refused;
            }
            else if (call.SetInput(i, request.Bytes(i), input.Shape).Error is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private Error? SetTexts(OnnxCall call, int at, TensorView input)
    {
        var texts = new string[input.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            try
            {
                texts[i] = Strict.GetString(input.Text(i));
            }
            catch (DecoderFallbackException)
            {
                return Error.Invalid($"Element {i} of the input '{input.Name}' is not UTF-8; the model takes texts.", input.Name);
            }
        }

        if (!_session.Runtime.Texts(input.Shape, texts).TryGet(out var value, out var error)) return error;
        using (value) return call.SetInput(at, value).Error;
    }

    private Error Drop(OnnxCall call, Error error)
    {
        call.Dispose();
        return error;
    }

    private void DropKept()
    {
        while (_kept.TryDequeue(out var call)) call.Dispose();
    }

    private static Dictionary<string, string> FactsOf(OnnxMetadata metadata)
    {
        var facts = new Dictionary<string, string>(metadata.Facts, StringComparer.Ordinal);
        Add("producer", metadata.Producer);
        Add("graph", metadata.GraphName);
        Add("domain", metadata.Domain);
        Add("description", metadata.Description);
        Add("model_version", metadata.Version.ToString(CultureInfo.InvariantCulture));
        return facts;

        void Add(string name, string value)
        {
            if (value.Length > 0) facts.TryAdd(name, value);
        }
    }
}
