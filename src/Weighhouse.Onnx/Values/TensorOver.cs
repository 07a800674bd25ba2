namespace Weighhouse.Onnx.Values;

/// <summary>Tensors over memory that somebody else keeps where it is.</summary>
internal static unsafe class TensorOver
{
    /// <summary>The runtime wants an address even for nothing.</summary>
    private static readonly nint Nothing = (nint)System.Runtime.InteropServices.NativeMemory.AllocZeroed(16);

    public static nint Create(
        OnnxRuntime runtime, void* data, long lengthBytes, OnnxElementType type, ReadOnlySpan<long> shape, out nint value)
    {
        nint made;
        fixed (long* sizes = shape)
        {
            var status = runtime.Api.CreateTensorWithDataAsOrtValue(
                runtime.Environment.CpuMemory, lengthBytes == 0 ? (void*)Nothing : data, (nuint)lengthBytes, sizes, (nuint)shape.Length,
                (int)type, &made);
            value = status == 0 ? made : 0;
            return status;
        }
    }
}
