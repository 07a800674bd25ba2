using System.Buffers;
using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Serving;

/// <summary>
/// One request for a version that <see cref="IPredictor.BeginAsync"/> has chosen: a door reads its tensors into it, and gives it to
/// <see cref="IPredictor.PredictAsync"/>. It holds its version loaded and owns the memory it rents; dispose it after the reply, which may
/// lie in that memory. One thread at a time.
/// </summary>
public sealed class InferenceRequest : IDisposable
{
    private readonly InputSlot[] _inputs;
    private readonly IDisposable? _lease;
    private List<byte[]>? _rented;
    private List<TextSlice[]>? _rentedSlices;
    private List<IDisposable>? _owned;
    private List<int>? _asked;
    private bool _isDisposed;

    /// <param name="lease">What keeps the version loaded; disposed with the request.</param>
    public InferenceRequest(ServedVersion version, IDisposable? lease)
    {
        Version = version;
        _lease = lease;
        _inputs = new InputSlot[version.Shape.Inputs.Count];
    }

    public ServedVersion Version { get; }

    /// <summary>What keeps the version loaded, for who gave it.</summary>
    public IDisposable? Lease => _lease;

    /// <summary>Counts the request for a canary; null for none.</summary>
    internal Canaries.ArmTally? Arm { get; init; }

    /// <summary>How long it waited for its turn, or for others to run with, in ticks of the server's clock.</summary>
    internal long WaitedTicks { get; set; }

    /// <summary>Whether its outcome has been counted.</summary>
    internal bool IsCounted { get; set; }

    public ModelShape Shape => Version.Shape;

    /// <summary>What the client calls the request; null when it did not say.</summary>
    public string? Id { get; set; }

    /// <summary>1 is the most urgent; 0 is the deployment's usual.</summary>
    public int Priority { get; set; }

    /// <summary>A timestamp of the server's <see cref="TimeProvider"/> after which nobody waits for the answer; null for none.</summary>
    public long? Deadline { get; set; }

    /// <summary>The places of the outputs wanted, in the order of the answer; empty for all.</summary>
    public ReadOnlySpan<int> Asked => CollectionsMarshal.AsSpan(_asked);

    /// <summary>Wants this output, besides those already asked for.</summary>
    public void Ask(int output)
    {
        Invariant.That(output >= 0 && output < Shape.Outputs.Count);
        (_asked ??= []).Add(output);
    }

    public bool Has(int input) => _inputs[input].IsGiven;

    /// <summary>The input as it was set; asking for one that was not is a bug.</summary>
    public TensorView Input(int input)
    {
        ref var slot = ref _inputs[input];
        Invariant.That(slot.IsGiven);
        return new TensorView(Shape.Inputs[input].Name, slot.Element, slot.Shape.Span, slot.Bytes.Span, slot.Texts.Span);
    }

    /// <summary>The bytes of an input as memory, for a runtime that keeps them across an await.</summary>
    public Memory<byte> Bytes(int input) => _inputs[input].Bytes;

    /// <summary>
    /// Sets an input over memory that stays as it is until the request is disposed: rented from it, or owned by it. Whether element and
    /// shape suit the model is asked when the prediction is made; a shape that the bytes do not fill is a bug of the door.
    /// </summary>
    public void Set(int input, ElementType element, ReadOnlySpan<long> shape, Memory<byte> bytes)
    {
        Invariant.That(element is not ElementType.Text && (long)ElementTypes.CountOf(shape) * element.Width() == bytes.Length);
        Fill(input, element, shape, bytes, default);
    }

    /// <summary>Sets an input of texts: slices of the bytes, one for each element.</summary>
    public void SetTexts(int input, ReadOnlySpan<long> shape, Memory<byte> bytes, ReadOnlyMemory<TextSlice> texts)
    {
        Invariant.That(ElementTypes.CountOf(shape) == texts.Length);
        Fill(input, ElementType.Text, shape, bytes, texts);
    }

    /// <summary>Memory for the tensors of this request, given back when it is disposed. What is in it is whatever was there.</summary>
    public Memory<byte> Rent(int length)
    {
        var array = ArrayPool<byte>.Shared.Rent(length);
        (_rented ??= []).Add(array);
        return array.AsMemory(0, length);
    }

    public Memory<TextSlice> RentSlices(int count)
    {
        var array = ArrayPool<TextSlice>.Shared.Rent(count);
        (_rentedSlices ??= []).Add(array);
        return array.AsMemory(0, count);
    }

    /// <summary>Disposes this with the request: the body that tensors lie in, for example.</summary>
    public void Own(IDisposable memory) => (_owned ??= []).Add(memory);

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        // Begun and never predicted: a candidate that takes other inputs fails here, before it is asked.
        if (!IsCounted) Arm?.Add(hasFailed: true, 0);
        Array.Clear(_inputs);
        foreach (var array in CollectionsMarshal.AsSpan(_rented)) ArrayPool<byte>.Shared.Return(array);
        foreach (var array in CollectionsMarshal.AsSpan(_rentedSlices)) ArrayPool<TextSlice>.Shared.Return(array);
        foreach (var memory in CollectionsMarshal.AsSpan(_owned)) memory.Dispose();
        _lease?.Dispose();
    }

    private void Fill(int input, ElementType element, ReadOnlySpan<long> shape, Memory<byte> bytes, ReadOnlyMemory<TextSlice> texts)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ref var slot = ref _inputs[input];
        slot.IsGiven = true;
        slot.Element = element;
        slot.Bytes = bytes;
        slot.Texts = texts;
        slot.Shape.Set(shape);
    }

    private struct InputSlot
    {
        public bool IsGiven;
        public ElementType Element;
        public Memory<byte> Bytes;
        public ReadOnlyMemory<TextSlice> Texts;
        public ShapeStore Shape;
    }
}
