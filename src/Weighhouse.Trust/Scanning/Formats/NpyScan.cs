using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Weighhouse.Trust.Scanning.Bytes;
using Weighhouse.Trust.Scanning.Pickles;

namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>An array of NumPy: a header in Python's own words, and then numbers, or a pickle where the elements are objects.</summary>
internal static partial class NpyScan
{
    public const string Format = "npy";

    private const int PrefixBytes = 8;
    private const int HeaderBytesMax = 1 << 20;

    private static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static bool Matches(ReadOnlySpan<byte> head) => head.StartsWith(Mark);

    public static void Scan(Content content, ScanPlace place, ScanRun run)
    {
        var reader = new ContentReader(content, PrefixBytes);
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        content.Read(0, prefix);
        if (content.Length < PrefixBytes + 2) throw new MalformedContentException(0, "its header ends early");
        long length = prefix[6] == 1 ? reader.UInt16() : reader.UInt32();
        if (length > HeaderBytesMax) throw new BeyondLimitException($"its header has {length} bytes");
        var header = Encoding.UTF8.GetString(reader.Take((int)Math.Min(length, reader.Left)));
        var body = content.From(reader.Position);
        if (LengthOf(header) is not { } bytes)
        {
            ScanObjects(body, place, run);
            return;
        }

        if (bytes > (UInt128)body.Length) throw new MalformedContentException(reader.Position,
            $"it says it has {bytes} bytes, and {body.Length} are left");
        // np.save may be called again for the same file, and so may pickle.dump.
        if (bytes < (UInt128)body.Length) run.ScanMember(body.From((long)bytes), place, "rest");
    }

    private static void ScanObjects(Content body, ScanPlace place, ScanRun run)
    {
        Span<byte> head = stackalloc byte[2];
        if (PickleScan.HasHeader(head[..body.Read(0, head)])) PickleScan.Scan(body, place.Member("objects"), run);
        else if (!PickleScan.Probe(body, place.Member("objects"), run))
            run.Add(place, ScanVerdict.Unknown, FindingCode.Malformed,
                "It says it holds objects, or in what type of element cannot be made out, and no pickle follows.",
                "Have the array saved again, as numbers.", 0);
    }

    /// <summary>How many bytes of numbers follow; null when there are objects among them, or when that is not sure.</summary>
    private static UInt128? LengthOf(string header)
    {
        // Only what numpy writes itself: Python would read an escape or a sum as well.
        if (header.Contains('\\', StringComparison.Ordinal) || Header().Match(header) is not { Success: true } match) return null;
        UInt128 size = 0;
        if (match.Groups["simple"] is { Success: true } simple)
        {
            if (NumpyType.Parse(simple.Value) is not { HasObjects: false } type) return null;
            size = type.SizeBytes;
        }
        else
        {
            foreach (Capture field in match.Groups["field"].Captures)
            {
                if (NumpyType.Parse(field.Value) is not { HasObjects: false, IsStructure: false } type) return null;
                size += type.SizeBytes;
            }
        }

        foreach (Capture dimension in match.Groups["size"].Captures)
        {
            if (!ulong.TryParse(dimension.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
            size *= count;
            if (size > long.MaxValue) return null;
        }

        return size;
    }

    [GeneratedRegex(
        """
        ^\{'descr':\ (?:'(?<simple>[^']*)'|\[(?:\('[^']*',\ '(?<field>[^']*)'\)(?:,\ )?)+\]),
        \ 'fortran_order':\ (?:True|False),\ 'shape':\ \((?:(?<size>\d+),?\ ?)*\),?\ ?\}\s*$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Header();
}
