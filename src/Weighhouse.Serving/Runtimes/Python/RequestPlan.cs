using System.Buffers.Binary;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>Where the inputs of a request lie in its frame.</summary>
internal sealed class RequestPlan
{
    private const ulong AllOutputs = ulong.MaxValue;

    private readonly InferenceRequest _request;
    private readonly ulong _number;
    private readonly int[] _begins;
    private readonly int[] _bytes;

    public RequestPlan(InferenceRequest request, ulong number)
    {
        (_request, _number) = (request, number);
        var count = request.Shape.Inputs.Count;
        (_begins, _bytes) = (new int[count], new int[count]);
        var head = WorkerFrame.HeadBytes;
        for (var i = 0; i < count; i++) head += WorkerFrame.PortBytes + 8 * request.Input(i).Shape.Length;
        HeadBytes = WorkerFrame.Align(head);
        var at = (long)HeadBytes;
        for (var i = 0; i < count; i++)
        {
            var input = request.Input(i);
            _bytes[i] = input.Element is ElementType.Text ? TextBytes(input) : input.Bytes.Length;
            _begins[i] = (int)at;
            at += _bytes[i];
            at += -at & (WorkerFrame.Alignment - 1);
            // Doors take bodies of 1 GiB at most, and ends of texts add four bytes to each.
            Invariant.That(at <= int.MaxValue);
        }

        FrameBytes = (int)at;
    }

    /// <summary>What stands before the first tensor.</summary>
    public int HeadBytes { get; }

    public int FrameBytes { get; }

    public bool IsTogether(int bytesMax) => FrameBytes <= bytesMax;

    public int TensorBytes(int input) => _bytes[input];

    public int PaddingAfter(int input) => -(_begins[input] + _bytes[input]) & (WorkerFrame.Alignment - 1);

    public void WriteHead(Span<byte> frame)
    {
        frame[..HeadBytes].Clear();
        WorkerFrame.WriteHead(frame, FrameBytes, FrameKind.Run, _bytes.Length, _number, Asked());
        var at = WorkerFrame.HeadBytes;
        for (var i = 0; i < _bytes.Length; i++)
        {
            var input = _request.Input(i);
            frame[at] = (byte)input.Element;
            frame[at + 1] = (byte)input.Shape.Length;
            BinaryPrimitives.WriteUInt16LittleEndian(frame[(at + 2)..], (ushort)i);
            BinaryPrimitives.WriteInt64LittleEndian(frame[(at + 8)..], _bytes[i]);
            at += WorkerFrame.PortBytes;
            foreach (var size in input.Shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(frame[at..], size);
                at += 8;
            }
        }
    }

    public void WriteTensors(Span<byte> frame)
    {
        for (var i = 0; i < _bytes.Length; i++)
        {
            var input = _request.Input(i);
            if (input.Element is ElementType.Text) WriteTexts(input, frame[_begins[i]..]);
            else input.Bytes.CopyTo(frame[_begins[i]..]);
            frame.Slice(_begins[i] + _bytes[i], PaddingAfter(i)).Clear();
        }
    }

    /// <summary>The end of each text, then the texts.</summary>
    public static void WriteTexts(TensorView input, Span<byte> target)
    {
        var end = 0;
        var texts = target[(4 * input.Count)..];
        for (var i = 0; i < input.Count; i++)
        {
            var text = input.Text(i);
            text.CopyTo(texts[end..]);
            end += text.Length;
            BinaryPrimitives.WriteInt32LittleEndian(target[(4 * i)..], end);
        }
    }

    private static int TextBytes(TensorView input)
    {
        var bytes = 4L * input.Count;
        foreach (var text in input.Texts) bytes += text.Length;
        Invariant.That(bytes <= int.MaxValue);
        return (int)bytes;
    }

    /// <summary>A bit for each output; those beyond 63 share the last.</summary>
    private ulong Asked()
    {
        if (_request.Asked.IsEmpty) return AllOutputs;
        var asked = 0UL;
        foreach (var output in _request.Asked) asked |= 1UL << Math.Min(output, 63);
        return asked;
    }
}
