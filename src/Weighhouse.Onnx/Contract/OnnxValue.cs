using System.Runtime.InteropServices;
using Weighhouse.Kernel;
using Weighhouse.Onnx.Native;
using Weighhouse.Onnx.Values;

namespace Weighhouse.Onnx;

/// <summary>
/// A tensor, a sequence, a map, or nothing at all, in memory of the runtime or of the caller. Spans that it gives out are good until
/// it is disposed; keep it in a variable (best with <c>using</c>) while one of them is in use.
/// </summary>
public sealed unsafe class OnnxValue : IDisposable
{
    private readonly OnnxRuntime _runtime;
    private readonly long[] _shape;
    private readonly void* _data;
    private volatile bool _isDisposed;

    internal OnnxValue(OnnxRuntime runtime, ValueHandle handle)
    {
        _runtime = runtime;
        Handle = handle;
        var shape = ValueShape.Read(runtime.Api, handle);
        (Kind, ElementType, _shape, Count) = (shape.Kind, shape.ElementType, shape.Sizes, shape.Count);
        _data = shape.Data;
    }

    public OnnxKind Kind { get; }

    /// <summary>Of a tensor; otherwise undefined.</summary>
    public OnnxElementType ElementType { get; }

    /// <summary>Of a tensor; otherwise empty.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Elements of a tensor, values of a sequence; 2 for a map (its keys and what they lead to), 0 for nothing.</summary>
    public long Count { get; }

    /// <summary>The elements as bytes. Empty for strings and for what is no tensor.</summary>
    public Span<byte> Bytes
    {
        get
        {
            RequireAlive();
            return _data == null ? [] : new Span<byte>(_data, checked((int)ElementType.BytesOf(Count)));
        }
    }

    internal ValueHandle Handle { get; }

    /// <summary>The elements; asking for another type than the tensor's is a bug.</summary>
    public Span<T> As<T>()
        where T : unmanaged
    {
        if (!ElementType.Fits<T>()) throw new InvariantException($"A tensor of {ElementType} is no tensor of {typeof(T).Name}.");
        return MemoryMarshal.Cast<byte, T>(Bytes);
    }

    /// <summary>The elements of a tensor of strings.</summary>
    public string[] Texts()
    {
        Invariant.That(ElementType == OnnxElementType.String);
        RequireAlive();
        return TextElements.Read(_runtime.Api, Handle, checked((int)Count));
    }

    /// <summary>A value of a sequence; of a map, 0 is the tensor of its keys and 1 that of what they lead to.</summary>
    public Result<OnnxValue> Item(int index)
    {
        RequireAlive();
        if (Kind is not (OnnxKind.Sequence or OnnxKind.Map) || index < 0 || index >= Count)
            return Error.Invalid($"There is no item {index} in a {Kind} of {Count}; ask for one of a sequence or a map, from 0.");
        var item = new ValueHandle(_runtime.Api);
        nint raw;
        using (var use = new HandleUse(Handle))
        {
            var status = _runtime.Api.GetValue(use.Raw, index, _runtime.Environment.Allocator, &raw);
            if (_runtime.Api.Take(status, OrtTask.Value) is { } error) return error;
        }

        item.Own(raw);
        return new OnnxValue(_runtime, item);
    }

    /// <summary>Takes effect when no call holds the value any more.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Handle.Dispose();
    }

    internal void RequireAlive() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    internal static string Show(ReadOnlySpan<long> shape) => string.Join(',', shape.ToArray());

    internal static Result<OnnxValue> Allocate(OnnxRuntime runtime, OnnxElementType type, ReadOnlySpan<long> shape)
    {
        if (type is not OnnxElementType.String && Problem(type, shape) is { } problem) return problem;
        var handle = new ValueHandle(runtime.Api);
        nint raw;
        fixed (long* sizes = shape)
        {
            var status = runtime.Api.CreateTensorAsOrtValue(runtime.Environment.Allocator, sizes, (nuint)shape.Length, (int)type, &raw);
            if (runtime.Api.Take(status, OrtTask.Value) is { } error) return error;
        }

        handle.Own(raw);
        return new OnnxValue(runtime, handle);
    }

    internal static Result<OnnxValue> Wrap(OnnxRuntime runtime, Memory<byte> bytes, OnnxElementType type, ReadOnlySpan<long> shape)
    {
        if (Problem(type, shape, bytes.Length) is { } problem) return problem;
        var handle = new ValueHandle(runtime.Api);
        var pin = bytes.Pin();
        var status = TensorOver.Create(runtime, pin.Pointer, bytes.Length, type, shape, out var raw);
        if (runtime.Api.Take(status, OrtTask.Value) is { } error)
        {
            pin.Dispose();
            return error;
        }

        handle.Own(raw, pin);
        return new OnnxValue(runtime, handle);
    }

    internal static Result<OnnxValue> OfTexts(OnnxRuntime runtime, ReadOnlySpan<long> shape, ReadOnlySpan<string> texts)
    {
        if (OnnxElementTypes.CountOf(shape) != texts.Length)
            return Error.Invalid($"{texts.Length} strings do not fill a tensor of String[{Show(shape)}]; give as many as its shape has.");
        var made = Allocate(runtime, OnnxElementType.String, shape);
        if (made.TryGet(out var value, out _)) TextElements.Write(runtime.Api, value.Handle, texts);
        return made;
    }

    private static Error? Problem(OnnxElementType type, ReadOnlySpan<long> shape, long? bytes = null)
    {
        var needed = type.BytesOf(OnnxElementTypes.CountOf(shape));
        if (type.Bits() == 0)
            return Error.Invalid($"A tensor of {type} has no bytes to lie in; make tensors of strings from texts.");
        if (needed is < 0 or > int.MaxValue)
            return Error.Invalid(
                $"A tensor of {type}[{Show(shape)}] is not possible: sizes are 0 or more, and it may take {int.MaxValue:N0} bytes.");
        return bytes is { } given && given != needed
            ? Error.Invalid($"A tensor of {type}[{Show(shape)}] takes {needed} bytes, and {given} were given.")
            : null;
    }
}
