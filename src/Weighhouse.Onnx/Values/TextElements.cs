using System.Text;
using Weighhouse.Onnx.Native;

namespace Weighhouse.Onnx.Values;

/// <summary>Strings of the runtime, which are UTF-8 with a length and may hold zeros.</summary>
internal static unsafe class TextElements
{
    public static void Write(OrtApi api, ValueHandle handle, ReadOnlySpan<string> texts)
    {
        using var use = new HandleUse(handle);
        for (var i = 0; i < texts.Length; i++)
        {
            var length = Encoding.UTF8.GetByteCount(texts[i]);
            byte* target;
            api.Require(api.GetResizedStringTensorElementBuffer(use.Raw, (nuint)i, (nuint)length, &target));
            Encoding.UTF8.GetBytes(texts[i], new Span<byte>(target, length));
        }
    }

    public static string[] Read(OrtApi api, ValueHandle handle, int count)
    {
        if (count == 0) return [];
        using var use = new HandleUse(handle);
        nuint length;
        api.Require(api.GetStringTensorDataLength(use.Raw, &length));
        // One byte more: the runtime wants an address even when all strings are empty.
        var bytes = new byte[(int)length + 1];
        var offsets = new nuint[count];
        fixed (byte* target = bytes)
        fixed (nuint* starts = offsets)
            api.Require(api.GetStringTensorContent(use.Raw, target, length, starts, (nuint)count));
        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            var end = i + 1 < count ? (int)offsets[i + 1] : (int)length;
            texts[i] = Encoding.UTF8.GetString(bytes, (int)offsets[i], end - (int)offsets[i]);
        }

        return texts;
    }
}
