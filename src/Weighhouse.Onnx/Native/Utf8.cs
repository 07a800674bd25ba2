using System.Runtime.InteropServices;
using System.Text;

namespace Weighhouse.Onnx.Native;

/// <summary>Texts in UTF-8 with a zero at the end, in memory of their own until they are let go.</summary>
internal sealed unsafe class Utf8Texts : SafeHandle
{
    private readonly int _count;

    public Utf8Texts(params IReadOnlyList<string> texts)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)Math.Max(1, texts.Count), (nuint)sizeof(byte*)));
        foreach (var text in texts) Pointer[_count++] = Copy(text);
    }

    public override bool IsInvalid => handle == 0;

    public byte** Pointer => (byte**)handle;

    public nuint Count => (nuint)_count;

    public byte* this[int index] => Pointer[index];

    protected override bool ReleaseHandle()
    {
        for (var i = 0; i < _count; i++) NativeMemory.Free(Pointer[i]);
        NativeMemory.Free(Pointer);
        return true;
    }

    private static byte* Copy(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var bytes = (byte*)NativeMemory.Alloc((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, length));
        bytes[length] = 0;
        return bytes;
    }
}
