using System.Runtime.InteropServices;

namespace Weighhouse.Bench.Onnx;

/// <summary>
/// ONNX Runtime with nothing around it: the fewest calls of its C interface that run a model of one input over prepared memory, as a loop
/// in C would. What our binding takes more is what it costs.
/// </summary>
internal sealed unsafe class RawRuntime : IDisposable
{
    private readonly nint* _table;
    private readonly nint _session;
    private readonly nint _input;
    private readonly byte* _memory;
    private readonly byte** _names;
    private readonly int _outputs;

    public RawRuntime(string library, byte[] model, string input, string[] outputs, ReadOnlySpan<byte> data, ReadOnlySpan<long> shape)
    {
        var getBase = (delegate* unmanaged<nint*>)NativeLibrary.GetExport(NativeLibrary.Load(library), "OrtGetApiBase");
        _table = (nint*)((delegate* unmanaged<uint, nint>)getBase()[0])(15);
        nint environment, options, memory, session, value;
        // The process has one environment, whoever asks first; the same threads and memory then serve both sides of the comparison.
        Check(((delegate* unmanaged<int, byte*, nint*, nint>)_table[3])(3, Text("bench"), &environment));
        Check(((delegate* unmanaged<nint*, nint>)_table[10])(&options));
        Check(((delegate* unmanaged<nint, nint>)_table[120])(options));
        Check(((delegate* unmanaged<nint, byte*, byte*, nint>)_table[130])(options, Text("session.use_env_allocators"), Text("1")));
        fixed (byte* bytes = model)
            Check(((delegate* unmanaged<nint, void*, nuint, nint, nint*, nint>)_table[8])(
                environment, bytes, (nuint)model.Length, options, &session));
        Check(((delegate* unmanaged<int, int, nint*, nint>)_table[69])(1, 0, &memory));
        _memory = (byte*)NativeMemory.Alloc((nuint)data.Length);
        data.CopyTo(new Span<byte>(_memory, data.Length));
        fixed (long* sizes = shape)
            Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_table[49])(
                memory, _memory, (nuint)data.Length, sizes, (nuint)shape.Length, 1, &value));
        (_session, _input, _outputs) = (session, value, outputs.Length);
        _names = (byte**)NativeMemory.Alloc((nuint)(outputs.Length + 1), (nuint)sizeof(byte*));
        _names[0] = Text(input);
        for (var i = 0; i < outputs.Length; i++) _names[i + 1] = Text(outputs[i]);
    }

    public float Run()
    {
        var outputs = stackalloc nint[_outputs];
        for (var i = 0; i < _outputs; i++) outputs[i] = 0;
        var input = _input;
        Check(((delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)_table[9])(
            _session, 0, _names, &input, 1, _names + 1, (nuint)_outputs, outputs));
        float* data;
        Check(((delegate* unmanaged<nint, float**, nint>)_table[51])(outputs[0], &data));
        var first = data[0];
        for (var i = 0; i < _outputs; i++) ((delegate* unmanaged<nint, void>)_table[96])(outputs[i]);
        return first;
    }

    public void Dispose()
    {
        ((delegate* unmanaged<nint, void>)_table[96])(_input);
        ((delegate* unmanaged<nint, void>)_table[95])(_session);
        NativeMemory.Free(_memory);
    }

    private static byte* Text(string text) => (byte*)Marshal.StringToCoTaskMemUTF8(text);

    private void Check(nint status)
    {
        if (status == 0) return;
        var message = ((delegate* unmanaged<nint, byte*>)_table[2])(status);
        throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)message));
    }
}
