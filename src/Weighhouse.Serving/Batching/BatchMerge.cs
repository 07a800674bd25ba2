using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weighhouse.Serving.Batching;

/// <summary>Makes one request of several: their rows after each other.</summary>
internal static class BatchMerge
{
    /// <summary>256 MiB an input of a run: one long text must not make every row of a batch as long.</summary>
    private const int InputBytesMax = 256 << 20;

    /// <param name="rows">Of the run; more than the entries have means that their first row is repeated.</param>
    /// <returns>False when the rows together are too large; each can be run by itself.</returns>
    public static bool TryFill(InferenceRequest merged, ReadOnlySpan<BatchEntry> entries, int rows)
    {
        for (var i = 0; i < merged.Shape.Inputs.Count; i++)
        {
            var first = entries[0].Request.Input(i);
            var shape = first.Shape.ToArray();
            shape[0] = rows;
            var textBytes = 0L;
            foreach (var entry in entries)
            {
                var input = entry.Request.Input(i);
                textBytes += input.Bytes.Length;
                for (var d = 1; d < shape.Length; d++) shape[d] = Math.Max(shape[d], input.Shape[d]);
            }

            var isText = first.Element is ElementType.Text;
            var width = isText ? Unsafe.SizeOf<TextSlice>() : first.Element.Width();
            var count = ElementTypes.CountOf(shape);
            if (count < 0 || (long)count * width > InputBytesMax || (isText && textBytes > InputBytesMax)) return false;
            if (isText) FillTexts(merged, entries, i, shape, count, (int)textBytes);
            else FillNumbers(merged, entries, i, shape, count * width);
        }

        return true;
    }

    private static void FillNumbers(InferenceRequest merged, ReadOnlySpan<BatchEntry> entries, int input, long[] shape, int length)
    {
        var bytes = merged.Rent(length);
        var rowBytes = length / (int)shape[0];
        var at = 0;
        foreach (var entry in entries)
        {
            var from = entry.Request.Input(input);
            CopyRows(from.Bytes, from.Shape, bytes.Span.Slice(at, entry.Rows * rowBytes), shape, from.Element.Width());
            at += entry.Rows * rowBytes;
        }

        for (; at < length; at += rowBytes) bytes.Span[..rowBytes].CopyTo(bytes.Span[at..]);
        merged.Set(input, entries[0].Request.Input(input).Element, shape, bytes);
    }

    private static void FillTexts(
        InferenceRequest merged, ReadOnlySpan<BatchEntry> entries, int input, long[] shape, int count, int length)
    {
        var bytes = merged.Rent(length);
        var slices = merged.RentSlices(count);
        var perRow = count / (int)shape[0];
        var (at, begin) = (0, 0);
        foreach (var entry in entries)
        {
            var from = entry.Request.Input(input);
            from.Bytes.CopyTo(bytes.Span[begin..]);
            var target = slices.Span.Slice(at, entry.Rows * perRow);
            CopyRows(
                MemoryMarshal.AsBytes(from.Texts), from.Shape, MemoryMarshal.AsBytes(target), shape, Unsafe.SizeOf<TextSlice>());
            foreach (ref var slice in target) slice = slice with { Offset = slice.Offset + begin };
            at += target.Length;
            begin += from.Bytes.Length;
        }

        for (; at < count; at += perRow) slices.Span[..perRow].CopyTo(slices.Span[at..]);
        merged.SetTexts(input, shape, bytes, slices);
    }

    /// <summary>Rows into wider rows; what they do not fill is zero.</summary>
    private static void CopyRows(
        ReadOnlySpan<byte> from, ReadOnlySpan<long> fromShape, Span<byte> to, ReadOnlySpan<long> toShape, int width)
    {
        if (from.Length == to.Length)
        {
            from.CopyTo(to);
            return;
        }

        to.Clear();
        var rows = (int)fromShape[0];
        if (rows > 0 && !from.IsEmpty) CopyBlocks(from, fromShape[1..], to, toShape[1..], rows, width);
    }

    private static void CopyBlocks(
        ReadOnlySpan<byte> from, ReadOnlySpan<long> fromShape, Span<byte> to, ReadOnlySpan<long> toShape, int count, int width)
    {
        var (fromBytes, toBytes) = (from.Length / count, ElementTypes.CountOf(toShape) * width);
        for (var i = 0; i < count; i++)
        {
            var block = from.Slice(i * fromBytes, fromBytes);
            var target = to.Slice(i * toBytes, toBytes);
            if (fromShape.Length <= 1) block.CopyTo(target);
            else CopyBlocks(block, fromShape[1..], target, toShape[1..], (int)fromShape[0], width);
        }
    }
}
