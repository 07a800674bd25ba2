using Weighhouse.Kernel;

namespace Weighhouse.Serving.Batching;

/// <summary>The answer of a run, until the last of those who were in it has read its rows.</summary>
internal sealed class SharedReply(InferenceReply reply, InferenceRequest merged, int readers)
{
    private readonly Lock _gate = new();
    private int _readers = readers;

    public InferenceReply Reply => reply;

    /// <summary>A reply is for one thread at a time; what it shows may be read by many.</summary>
    public TensorView Output(int place)
    {
        lock (_gate) return reply.Output(place);
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _readers) != 0) return;
        reply.Dispose();
        merged.Dispose();
    }
}

/// <summary>The rows of one request.</summary>
internal sealed class BatchReply : InferenceReply
{
    private readonly SharedReply _shared;
    private readonly InferenceRequest _request;
    private readonly PredictionId _id;
    private readonly int _firstRow;
    private readonly int _rowsRun;
    private readonly long[][] _shapes;
    private bool _isDisposed;

    public BatchReply(SharedReply shared, BatchEntry entry, int firstRow, int rowsRun)
    {
        (_shared, _request, _id, _firstRow, _rowsRun) = (shared, entry.Request, entry.Id, firstRow, rowsRun);
        _shapes = new long[Count][];
        for (var i = 0; i < _shapes.Length; i++)
        {
            _shapes[i] = shared.Output(Place(i)).Shape.ToArray();
            _shapes[i][0] = entry.Rows;
        }
    }

    public override ServedVersion Version => _request.Version;

    public override PredictionId Id => _id;

    public override int Count => _request.Asked.Length == 0 ? _request.Shape.Outputs.Count : _request.Asked.Length;

    public override int Place(int index) => _request.Asked.Length == 0 ? index : _request.Asked[index];

    public override TensorView Output(int index)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var whole = _shared.Output(Place(index));
        var perRow = whole.Count / _rowsRun;
        var (first, count) = (_firstRow * perRow, (int)_shapes[index][0] * perRow);
        if (whole.Element is ElementType.Text)
            return new TensorView(whole.Name, whole.Element, _shapes[index], whole.Bytes, whole.Texts.Slice(first, count));
        var width = whole.Element.Width();
        return new TensorView(whole.Name, whole.Element, _shapes[index], whole.Bytes.Slice(first * width, count * width), []);
    }

    /// <summary>An output that has not a row for each of the run's; null when all have.</summary>
    public static Error? RefuseOutputs(InferenceReply reply, int rows)
    {
        for (var i = 0; i < reply.Count; i++)
        {
            var output = reply.Output(i);
            if (output.Shape.Length > 0 && output.Shape[0] == rows) continue;
            return Error.Precondition(
                $"The output '{output.Name}' has the shape [{string.Join(',', output.Shape.ToArray())}] for {rows} rows of input: "
                + "the model does not answer row by row, and its requests cannot be run together.");
        }

        return null;
    }

    protected override void Dispose(bool disposing)
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _shared.Release();
    }
}
