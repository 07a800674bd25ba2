using Weighhouse.Blobs.Chunking;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Tensors;

namespace Weighhouse.Blobs;

/// <summary>A tensor in a file.</summary>
/// <param name="Name">As in the file; for torch archives, whose names are in a pickle nobody here opens, the entry's path.</param>
/// <param name="DataType">In the words of the format: F32, &lt;f4, Q4_K; empty when the format does not say.</param>
/// <param name="Shape">Outermost dimension first; empty for a scalar, or when the format does not say.</param>
/// <param name="OffsetBytes">From the start of the file.</param>
public sealed record TensorInfo(string Name, string DataType, IReadOnlyList<long> Shape, long OffsetBytes, long LengthBytes);

/// <summary>The tensors of a file, in the order of their bytes.</summary>
/// <param name="Format">safetensors, npy, gguf, or zip for npz and torch archives.</param>
public sealed record TensorTable(string Format, IReadOnlyList<TensorInfo> Tensors);

/// <summary>Reads what tensors a file holds from its headers alone: by its bytes, never by its name, and without trusting them.</summary>
public static class TensorTables
{
    private const int FirstWindowBytes = 64 << 10;

    /// <summary>
    /// Behind the first header a window takes in the next one and little of a tensor, whose bytes would be read for nothing.
    /// </summary>
    private const int NextWindowBytes = 256;

    /// <summary>Null when the content is no container of tensors, or its header is longer than 16 MiB or wrong.</summary>
    /// <param name="content">Seekable; read from its start, skipping the tensors.</param>
    public static TensorTable? Read(Stream content)
    {
        var window = new byte[FirstWindowBytes];
        var shown = FirstWindowBytes;
        var available = ReadAt(content, 0, window);
        if (Layouts.Detect(window.AsSpan(0, available)) is not TensorLayout layout) return null;
        for (long position = 0; position < content.Length;)
        {
            var region = layout.Next(window.AsSpan(0, available), position, out var needed);
            if (region is null)
            {
                if (needed <= available || needed > Chunker.HeaderMaxBytes || position + available >= content.Length) break;
                // Doubled, so that many small entries are not gone through once for each.
                shown = Math.Min(Math.Max(needed, shown * 2), Chunker.HeaderMaxBytes);
                if (window.Length < shown) window = new byte[shown];
            }
            else
            {
                if (layout.KnowsAll) break;
                position = region.Value.EndBytes;
                shown = NextWindowBytes;
            }

            available = position < content.Length ? ReadAt(content, position, window.AsSpan(0, shown)) : 0;
        }

        return layout.IsSound(content.Length) ? new TensorTable(layout.Format, layout.Tensors) : null;
    }

    private static int ReadAt(Stream content, long position, Span<byte> window)
    {
        content.Position = position;
        return content.ReadAtLeast(window, window.Length, throwOnEndOfStream: false);
    }
}
