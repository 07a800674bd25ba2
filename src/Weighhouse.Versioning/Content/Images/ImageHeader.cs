using System.Buffers.Binary;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Images;

/// <summary>Reads the size of an image from its header, and nothing of its pixels.</summary>
internal static class ImageHeader
{
    private const int HeadBytes = 64;

    /// <summary>Segments before the size of a JPEG: profiles and previews take a few dozen.</summary>
    private const int SegmentsMax = 1_000;

    /// <summary>Null when the content is no image that we know.</summary>
    public static ImageFacts? Read(FileContent content)
    {
        var head = content.Read(0, (int)Math.Min(HeadBytes, content.SizeBytes)).Span;
        if (head.Length >= 24 && IsPng(head))
            return Facts("png", BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]));
        if (head.Length >= 10 && (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8)))
            return Facts("gif", BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]));
        if (head.Length >= 30 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8)) return WebP(head[12..]);
        return head.Length >= 4 && head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF ? Jpeg(content) : null;
    }

    private static bool IsPng(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) && head[12..].StartsWith("IHDR"u8);

    private static ImageFacts? WebP(ReadOnlySpan<byte> chunk)
    {
        var data = chunk[8..];
        // Lossy: a key frame's start code, then 14 bits each. Lossless: 14 bits each, less one. Extended: 24 bits each, less one.
        if (chunk.StartsWith("VP8 "u8) && data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
        {
            return Facts(
                "webp", BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFFu,
                BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFFu);
        }

        if (chunk.StartsWith("VP8L"u8) && data[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return Facts("webp", (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
        }

        if (!chunk.StartsWith("VP8X"u8)) return null;
        return Facts(
            "webp", (BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) & 0xFFFFFF) + 1,
            (BinaryPrimitives.ReadUInt32LittleEndian(data[6..]) >> 8) + 1);
    }

    /// <summary>Goes from segment to segment until the one that begins the frame.</summary>
    private static ImageFacts? Jpeg(FileContent content)
    {
        long at = 2;
        for (var i = 0; i < SegmentsMax && at + 9 <= content.SizeBytes; i++)
        {
            var segment = content.Read(at, 9).Span;
            if (segment[0] != 0xFF) return null;
            var marker = segment[1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return Facts(
                    "jpeg", BinaryPrimitives.ReadUInt16BigEndian(segment[7..]), BinaryPrimitives.ReadUInt16BigEndian(segment[5..]));
            }

            // The picture itself begins: a size after it is not where it belongs.
            if (marker is 0xD9 or 0xDA) return null;
            at += marker is 0x01 or (>= 0xD0 and <= 0xD7) ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
        }

        return null;
    }

    private static ImageFacts? Facts(string format, uint width, uint height) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue ? new ImageFacts(format, (int)width, (int)height) : null;
}
