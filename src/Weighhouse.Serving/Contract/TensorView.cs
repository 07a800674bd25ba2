using System.Runtime.InteropServices;

namespace Weighhouse.Serving;

/// <summary>Where one text lies in the bytes of its tensor.</summary>
public readonly record struct TextSlice(int Offset, int Length);

/// <summary>A tensor to look at, in memory of whoever gave it out, and good for as long as that is.</summary>
public readonly ref struct TensorView(
    string name, ElementType element, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes, ReadOnlySpan<TextSlice> texts)
{
    public string Name { get; } = name;

    public ElementType Element { get; } = element;

    public ReadOnlySpan<long> Shape { get; } = shape;

    /// <summary>The elements in order, each in little-endian; for texts, the bytes that <see cref="Texts"/> points into.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>One for each element of a tensor of texts; otherwise empty.</summary>
    public ReadOnlySpan<TextSlice> Texts { get; } = texts;

    /// <summary>How many elements there are.</summary>
    public int Count => Element is ElementType.Text ? Texts.Length : Bytes.Length / Element.Width();

    /// <summary>The elements; asking for a type of another width is a bug.</summary>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);

    /// <summary>The bytes of one text.</summary>
    public ReadOnlySpan<byte> Text(int index) => Bytes.Slice(Texts[index].Offset, Texts[index].Length);
}
