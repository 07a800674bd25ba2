namespace Weighhouse.Blobs.Chunking;

/// <summary>Whether a file is text, by its first block.</summary>
internal static class TextTest
{
    public const int BlockBytes = 8 << 10;

    /// <summary>Text has no zero byte and hardly a control character; UTF-8 and the eight-bit alphabets pass alike.</summary>
    public static bool IsText(ReadOnlySpan<byte> start)
    {
        var block = start[..Math.Min(start.Length, BlockBytes)];
        if (block.Contains((byte)0)) return false;
        var odd = 0;
        foreach (var value in block)
        {
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1B)) odd++;
        }

        return odd <= block.Length / 256;
    }
}
