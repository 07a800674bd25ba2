using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Onnx;

namespace Weighhouse.Serving.Runtimes.Onnx;

/// <summary>
/// What a call has made, looked at where the runtime wrote it. Texts, and scores by class, are what it has no bytes of: those are copied.
/// </summary>
internal sealed class OnnxReply(OnnxLoadedModel model, OnnxCall call, InferenceRequest request, PredictionId id) : InferenceReply
{
    private Copied?[]? _copies;
    private bool _isDisposed;

    public override ServedVersion Version => request.Version;

    public override PredictionId Id => id;

    public override int Count => request.Asked.Length == 0 ? model.Shape.Outputs.Count : request.Asked.Length;

    public override int Place(int index) => request.Asked.Length == 0 ? index : request.Asked[index];

    public override TensorView Output(int index)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var place = Place(index);
        var port = model.Shape.Outputs[place];
        if (_copies?[place] is { } copy) return new TensorView(port.Name, port.Element, copy.Shape, copy.Bytes, copy.Texts);
        var made = call.Output(place);
        return new TensorView(port.Name, port.Element, made.Shape, made.Bytes, []);
    }

    /// <summary>Copies what has no bytes; the first that cannot be.</summary>
    public Error? Convert(OnnxSession session)
    {
        _copies = new Copied?[session.Outputs.Count];
        for (var i = 0; i < _copies.Length; i++)
        {
            var type = session.Outputs[i].Type;
            if (type.Kind is OnnxKind.Tensor && type.ElementType is not OnnxElementType.String) continue;
            using var value = call.TakeOutput(i);
            var copied = type.Kind is OnnxKind.Tensor ? CopyTexts(value) : CopyScores(session.Outputs[i].Name, value);
            if (!copied.TryGet(out _copies[i], out var error)) return error;
        }

        return null;
    }

    protected override void Dispose(bool disposing)
    {
        if (_isDisposed) return;
        _isDisposed = true;
        model.Keep(call);
    }

    private static Result<Copied> CopyTexts(OnnxValue value)
    {
        var texts = value.Texts();
        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, 16 * texts.Length));
        var slices = new TextSlice[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            var at = bytes.WrittenCount;
            Encoding.UTF8.GetBytes(texts[i], bytes);
            slices[i] = new TextSlice(at, bytes.WrittenCount - at);
        }

        return new Copied(value.Shape.ToArray(), bytes.WrittenSpan.ToArray(), slices);
    }

    /// <summary>A row for each map of the sequence. The model gives every row the same classes, in the same order.</summary>
    private static Result<Copied> CopyScores(string name, OnnxValue sequence)
    {
        var rows = checked((int)sequence.Count);
        float[] scores = [];
        var classes = 0;
        for (var row = 0; row < rows; row++)
        {
            if (!sequence.Item(row).TryGet(out var map, out var error)) return error;
            using (map)
            {
                if (!map.Item(1).TryGet(out var values, out error)) return error;
                using (values)
                {
                    var found = values.As<float>();
                    if (row == 0) (classes, scores) = (found.Length, new float[checked(rows * found.Length)]);
                    if (found.Length != classes)
                    {
                        return Error.Invalid(
                            $"The output '{name}' has {classes} classes in its first row and {found.Length} in row {row}; only rows of the "
                            + "same classes make a tensor.");
                    }

                    found.CopyTo(scores.AsSpan(row * classes));
                }
            }
        }

        return new Copied([rows, classes], MemoryMarshal.AsBytes<float>(scores).ToArray(), []);
    }

    private sealed record Copied(long[] Shape, byte[] Bytes, TextSlice[] Texts);
}
