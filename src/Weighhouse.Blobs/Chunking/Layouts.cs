using Weighhouse.Blobs.Tensors;

namespace Weighhouse.Blobs.Chunking;

/// <summary>Chooses the layout of a file by its first bytes.</summary>
internal static class Layouts
{
    public static ILayout Detect(ReadOnlySpan<byte> start)
    {
        if (SafetensorsLayout.Matches(start)) return new SafetensorsLayout();
        if (GgufLayout.Matches(start)) return new GgufLayout();
        if (ZipLayout.Matches(start)) return new ZipLayout();
        if (NpyHeader.Matches(start)) return new NpyLayout();
        return new WholeLayout(TextTest.IsText(start) ? RegionKind.Text : RegionKind.Generic);
    }
}
