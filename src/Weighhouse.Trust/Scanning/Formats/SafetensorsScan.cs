using System.Buffers.Binary;
using System.Text.Json;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>safetensors: the length of a JSON header, the header, the tensors without gaps. Nothing in it can run.</summary>
internal static class SafetensorsScan
{
    private const string Format = "safetensors";
    private const int PrefixBytes = 8;

    /// <summary>Null when it is none: a text may begin with eight bytes and a brace as well.</summary>
    public static string? Scan(Content content, ReadOnlySpan<byte> head, ScanPlace place, ScanRun run)
    {
        if (head.Length <= PrefixBytes || head[PrefixBytes] != (byte)'{') return null;
        var length = BinaryPrimitives.ReadInt64LittleEndian(head);
        if (length < 2 || length > content.Length - PrefixBytes) return null;
        if (length > run.Options.PartBytesMax) throw new BeyondLimitException($"its header has {length:N0} bytes");
        var header = content.Slice(PrefixBytes, length).Bytes((int)length);
        var dataBytes = content.Length - PrefixBytes - length;
        try
        {
            if (Problem(header, dataBytes) is { } problem)
                run.Add(place, ScanVerdict.Unsafe, FindingCode.Malformed, $"It does not keep to safetensors: {problem}.",
                    "Have it saved again.", PrefixBytes);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException
            or KeyNotFoundException or IndexOutOfRangeException)
        {
            run.Add(place, ScanVerdict.Unsafe, FindingCode.Malformed, "It begins as safetensors do, and its header is no such header.",
                "Have it saved again.", PrefixBytes);
        }

        return Format;
    }

    private static string? Problem(byte[] header, long dataBytes)
    {
        using var document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
        var names = new HashSet<string>(StringComparer.Ordinal);
        var ranges = new List<(long From, long To)>();
        foreach (var tensor in document.RootElement.EnumerateObject())
        {
            if (!names.Add(tensor.Name)) return $"'{Shown.Text(tensor.Name)}' is in it twice";
            if (tensor.Name == "__metadata__")
            {
                if (tensor.Value.EnumerateObject().Any(entry =>
                    entry.Value.ValueKind != JsonValueKind.String)) return "its metadata are not texts";
                continue;
            }

            var offsets = tensor.Value.GetProperty("data_offsets");
            var range = (From: offsets[0].GetInt64(), To: offsets[1].GetInt64());
            if (offsets.GetArrayLength() != 2 || range.From < 0 || range.To < range.From || range.To > dataBytes)
                return $"'{Shown.Text(tensor.Name)}' lies outside of the file";
            var bits = BitsOf(tensor.Value.GetProperty("dtype").GetString());
            var wanted = bits is null ? null : CountOf(tensor.Value.GetProperty("shape")) * (UInt128)bits.Value;
            if (wanted is null || wanted != (UInt128)(range.To - range.From) * 8)
                return $"'{Shown.Text(tensor.Name)}' is not as long as its type and shape say";
            ranges.Add(range);
        }

        var end = 0L;
        foreach (var (from, to) in ranges.Order())
        {
            if (from != end) return from < end ? "tensors share bytes" : "there are bytes between its tensors";
            end = to;
        }

        return end == dataBytes ? null : $"{dataBytes - end} bytes follow its last tensor";
    }

    private static UInt128? CountOf(JsonElement shape)
    {
        var count = (UInt128)1;
        foreach (var size in shape.EnumerateArray())
        {
            count *= size.GetUInt64();
            if (count > long.MaxValue) return null;
        }

        return count;
    }

    private static int? BitsOf(string? type) => type switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 8,
        "U16" or "I16" or "F16" or "BF16" => 16,
        "U32" or "I32" or "F32" => 32,
        "U64" or "I64" or "F64" or "C64" => 64,
        "C128" => 128,
        _ => null,
    };
}
