using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>The outputs of a worker, looked at in the frame that they came in.</summary>
internal sealed class WorkerReply : InferenceReply
{
    private const int RankMax = 32;

    private readonly InferenceRequest _request;
    private readonly WorkerFrame _frame;
    private readonly Received?[] _outputs;

    private WorkerReply(InferenceRequest request, PredictionId id, WorkerFrame frame)
    {
        (_request, Id, _frame) = (request, id, frame);
        _outputs = new Received?[request.Shape.Outputs.Count];
    }

    public override ServedVersion Version => _request.Version;

    public override PredictionId Id { get; }

    public override int Count => _request.Asked.IsEmpty ? _outputs.Length : _request.Asked.Length;

    /// <summary>A reply that owns the frame; an error, and the frame is the caller's still, when it is not one for this request.</summary>
    public static Result<WorkerReply> Read(InferenceRequest request, PredictionId id, WorkerFrame frame)
    {
        var reply = new WorkerReply(request, id, frame);
        var wrong = reply.Fill();
        return wrong is null ? reply : new Error(ErrorCode.Internal, wrong);
    }

    public override int Place(int index) => _request.Asked.IsEmpty ? index : _request.Asked[index];

    public override TensorView Output(int index)
    {
        var place = Place(index);
        var output = _outputs[place]!.Value;
        var name = _request.Shape.Outputs[place].Name;
        return new TensorView(name, output.Element, output.Shape, _frame.Bytes.Slice(output.Begin, output.Length), output.Texts);
    }

    protected override void Dispose(bool disposing) => _frame.Dispose();

    private string? Fill()
    {
        var bytes = _frame.Bytes;
        if (_frame.Count > _outputs.Length) return $"it sent {_frame.Count} outputs of a model that has {_outputs.Length}";
        var (at, count) = (WorkerFrame.HeadBytes, (int)_frame.Count);
        Span<int> places = count <= 64 ? stackalloc int[count] : new int[count];
        for (var i = 0; i < count; i++)
        {
            if (ReadPort(bytes, ref at, out places[i]) is { } wrong) return wrong;
        }

        var begin = (long)at;
        for (var i = 0; i < count; i++)
        {
            begin += -begin & (WorkerFrame.Alignment - 1);
            if (SetBytes(places[i], bytes, begin) is { } wrong) return wrong;
            begin += _outputs[places[i]]!.Value.SentBytes;
        }

        for (var index = 0; index < Count; index++)
            if (_outputs[Place(index)] is null) return $"it left out the output '{_request.Shape.Outputs[Place(index)].Name}'";
        return null;
    }

    private string? ReadPort(ReadOnlySpan<byte> bytes, ref int at, out int place)
    {
        place = -1;
        if (bytes.Length - at < WorkerFrame.PortBytes) return "its frame ends within a description";
        var (element, rank) = ((ElementType)bytes[at], bytes[at + 1]);
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[(at + 8)..]);
        place = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 2)..]);
        at += WorkerFrame.PortBytes;
        if (place >= _outputs.Length || _outputs[place] is not null) return $"it sent an output of the place {place}";
        if (element > ElementType.Text || rank > RankMax || bytes.Length - at < 8 * rank) return $"its output {place} is no tensor";
        var shape = new long[rank];
        for (var i = 0; i < rank; i++) shape[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(at + 8 * i)..]);
        at += 8 * rank;
        var elements = ElementTypes.CountOf(shape);
        var fits = elements >= 0 && length >= 0 && length <= bytes.Length
            && (element is ElementType.Text ? length >= 4L * elements : length == (long)elements * element.Width());
        if (!fits) return $"its output {place} has {length} bytes, which its shape [{string.Join(',', shape)}] does not";
        _outputs[place] = new Received(element, shape, 0, 0, [], (int)length);
        return null;
    }

    private string? SetBytes(int place, ReadOnlySpan<byte> bytes, long begin)
    {
        var output = _outputs[place]!.Value;
        if (output.SentBytes == 0) return null;
        if (begin + output.SentBytes > bytes.Length) return $"its frame ends within the output {place}";
        output = output with { Begin = (int)begin, Length = output.SentBytes };
        if (output.Element is ElementType.Text)
        {
            var count = ElementTypes.CountOf(output.Shape);
            var ends = MemoryMarshal.Cast<byte, uint>(bytes.Slice((int)begin, 4 * count));
            var texts = new TextSlice[count];
            var (before, total) = (0U, (uint)(output.SentBytes - 4 * count));
            for (var i = 0; i < count; i++)
            {
                if (ends[i] < before || ends[i] > total) return $"text {i} of its output {place} ends outside of it";
                texts[i] = new TextSlice((int)before, (int)(ends[i] - before));
                before = ends[i];
            }

            output = output with { Begin = output.Begin + 4 * count, Length = (int)total, Texts = texts };
        }

        _outputs[place] = output;
        return null;
    }

    /// <param name="SentBytes">With the ends of texts, which are no part of what is looked at.</param>
    private readonly record struct Received(ElementType Element, long[] Shape, int Begin, int Length, TextSlice[] Texts, int SentBytes);
}
