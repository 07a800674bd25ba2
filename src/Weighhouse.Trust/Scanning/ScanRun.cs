using Weighhouse.Trust.Scanning.Bytes;
using Weighhouse.Trust.Scanning.Formats;
using Weighhouse.Trust.Scanning.Pickles;

namespace Weighhouse.Trust.Scanning;

/// <summary>Where a scan is: a file, or a member of one, at any depth.</summary>
/// <param name="Path">The file, and after each '!' a member.</param>
/// <param name="Name">The last of these: what the content itself is called.</param>
/// <param name="IsTorchScript">Whether it lies in an archive of TorchScript.</param>
/// <param name="IsWeights">Whether it is read as numbers, whatever it looks like.</param>
internal sealed record ScanPlace(string Path, string Name, int Depth = 0, bool IsTorchScript = false, bool IsWeights = false)
{
    public ScanPlace Member(string name) => new($"{Path}!{Shown.Text(name)}", name, Depth + 1, IsTorchScript);
}

/// <summary>One scan of one or many files: what is left of its limits, and what was found in the file at hand.</summary>
internal sealed class ScanRun(ScanOptions options, AllowedGlobals allowed)
{
    private readonly List<ScanFinding> _findings = [];
    private long _kept;

    public ScanOptions Options => options;

    public AllowedGlobals Allowed => allowed;

    public ScanBudget Budget { get; } = new(options);

    public long FindingsLeftOut { get; private set; }

    public ScanVerdict Verdict { get; private set; }

    /// <summary>Scans one file of the many.</summary>
    public FileScan ScanFile(string path, long lengthBytes, Func<string> scan)
    {
        _findings.Clear();
        Verdict = ScanVerdict.Safe;
        var format = scan();
        return new FileScan(path, lengthBytes, format, Verdict, [.. _findings]);
    }

    /// <summary>Scans content by what it is, and tells its format.</summary>
    public string Scan(Content content, ScanPlace place)
    {
        try
        {
            return ContentFormats.Scan(content, place, this);
        }
        catch (BeyondLimitException limit)
        {
            Add(new ScanFinding(
                place.Path, limit.IsBomb ? ScanVerdict.Unsafe : ScanVerdict.Unknown, limit.IsBomb ? FindingCode.Bomb : FindingCode.Limit,
                $"The scan stops here: {limit.Message}.", limit.IsBomb ? "Have it packed again by whom you trust."
                    : "Scan with a higher limit."));
            return "unknown";
        }
        catch (MalformedContentException malformed)
        {
            Add(new ScanFinding(
                place.Path, ScanVerdict.Unknown, FindingCode.Malformed, $"It cannot be read to its end: {malformed.Message}.",
                "Have it saved again.") { Offset = malformed.Offset });
            return "unknown";
        }
    }

    /// <summary>Scans what lies in other content.</summary>
    public void ScanMember(Content content, ScanPlace place, string name) => ScanMember(content, place.Member(name));

    public string ScanMember(Content content, ScanPlace member)
    {
        Budget.TakeMember();
        if (member.Depth > options.DepthMax) throw new BeyondLimitException($"members lie more than {options.DepthMax} deep in each other");
        return Scan(content, member);
    }

    public void Add(ScanFinding finding)
    {
        if (finding.Verdict > Verdict) Verdict = finding.Verdict;
        if (_kept++ < options.FindingsMax) _findings.Add(finding);
        else FindingsLeftOut++;
    }

    public void Add(ScanPlace place, ScanVerdict verdict, string code, string why, string cure, long? offset = null) =>
        Add(new ScanFinding(place.Path, verdict, code, why, cure) { Offset = offset });
}

/// <summary>Names from inside files, as they may be shown: no control characters, not endless.</summary>
internal static class Shown
{
    private const int LengthMax = 200;

    public static string Text(string text)
    {
        var cut = Kernel.PlainText.Cut(text, LengthMax);
        var clean = string.Concat(cut.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || IsHidden(letter) ? '�'
            : letter));
        return cut.Length < text.Length ? clean + "…" : clean;
    }

    /// <summary>Letters without width, and those that turn the direction of what follows.</summary>
    private static bool IsHidden(char letter) => char.GetUnicodeCategory(letter) is System.Globalization.UnicodeCategory.Format;
}
