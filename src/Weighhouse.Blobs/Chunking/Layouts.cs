namespace Weighhouse.Blobs.Chunking;

/// <summary>Chooses the layout of a file by its first bytes.</summary>
internal static class Layouts
{
    public static ILayout Detect(ReadOnlySpan<byte> start) =>
        new WholeLayout(TextTest.IsText(start) ? RegionKind.Text : RegionKind.Generic);
}
