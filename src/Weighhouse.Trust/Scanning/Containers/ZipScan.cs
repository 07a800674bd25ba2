using System.Buffers.Binary;
using System.IO.Compression;
using Weighhouse.Trust.Scanning.Bytes;
using Weighhouse.Trust.Scanning.Formats;

namespace Weighhouse.Trust.Scanning.Containers;

/// <summary>
/// Zip archives: what torch, Keras and npz write. Readers go by the table at the end, by the headers among the bytes or by both, and
/// mind flags and checksums or do not; so both are read, none is believed, and where they differ that is said.
/// </summary>
internal static class ZipScan
{
    public const string Format = "zip";

    /// <summary>Behind a member's bytes may stand its sizes once more: 24 bytes with a mark, for large ones.</summary>
    private const int TrailingSizesBytesMax = 24;

    private const int LinkKind = 0xA;
    private const string PackAgain = "Have it packed again by whom you trust.";

    public static bool Matches(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(head) is ZipTable.LocalMark or 0x06054b50;

    /// <summary>Scans an archive that is glued to the end of something else. False when there is none.</summary>
    public static bool ScanTail(Content content, ScanPlace place, ScanRun run)
    {
        if (ZipTable.FindEnd(content) is not { Count: > 0 } end) return false;
        var members = ZipTable.ReadCentral(content, end, run);
        if (!members.Exists(member => ZipTable.ReadLocal(content, member.HeaderAt) is not null)) return false;
        run.Add(
            place, ScanVerdict.Unsafe, FindingCode.Crafted,
                "It is an archive as well, which is glued to its end: readers disagree what it is.",
            PackAgain, end.At);
        ScanMembers(content, members, end.At, place, run, isTail: true);
        return true;
    }

    public static string Scan(Content content, ScanPlace place, ScanRun run)
    {
        if (ZipTable.FindEnd(content) is not { } end)
        {
            run.Add(
                place, ScanVerdict.Unknown, FindingCode.Malformed,
                    "Its table of contents is missing or damaged; what its headers name was scanned.",
                PackAgain);
            ScanHidden(content, 0, content.Length, place, run, isNamed: true);
            return Format;
        }

        var members = ZipTable.ReadCentral(content, end, run);
        if (members.Count != end.Count)
            run.Add(place, ScanVerdict.Unsafe, FindingCode.Crafted,
                $"Its table of contents names {end.Count} members and has {members.Count}.", PackAgain, end.At);
        var names = members.Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        var isTorchScript = names.Any(name => name.EndsWith("/constants.pkl", StringComparison.Ordinal));
        ScanMembers(content, members, end.At, place with { IsTorchScript = isTorchScript }, run, isTail: false);
        if (isTorchScript)
            run.Add(place, ScanVerdict.Unknown, FindingCode.Code,
                "It is a program of TorchScript, which may read and write files when it runs.",
                "Save its weights alone, or let a person decide.");
        return names.Contains("config.json") && names.Contains("metadata.json") ? "keras" : isTorchScript ? "torchscript" : Format;
    }

    private static void ScanMembers(Content content, List<ZipMember> members, long tableAt, ScanPlace place, ScanRun run, bool isTail)
    {
        var names = new MemberNames(place, run);
        var weights = TorchWeights(members);
        var covered = isTail && members.Count > 0 ? Math.Max(members.Min(member => member.HeaderAt), 0) : 0L;
        var previousName = "";
        foreach (var member in members.OrderBy(member => member.HeaderAt))
        {
            names.Check(member.Name.EndsWith('/') ? member.Name[..^1] : member.Name, member.HeaderAt);
            if (member.UnixKind is not (0 or 4 or 8))
                run.Add(place, ScanVerdict.Unsafe, FindingCode.MemberKind,
                    $"Its member '{Shown.Text(member.Name)}' is {(member.UnixKind == LinkKind ? "a link" : "a device")}.",
                    "Do not unpack it. Have it packed again, with files alone.", member.HeaderAt);
            if (ZipTable.ReadLocal(content, member.HeaderAt) is not { } local)
            {
                run.Add(place, ScanVerdict.Unsafe, FindingCode.Crafted,
                    $"Its table names '{Shown.Text(member.Name)}', and no member is there.", PackAgain, member.HeaderAt);
                continue;
            }

            if (member.HeaderAt < covered)
                run.Add(new ScanFinding(place.Path, ScanVerdict.Unsafe, FindingCode.Bomb,
                    $"Its members '{Shown.Text(previousName)}' and '{Shown.Text(member.Name)}' share bytes.",
                        PackAgain) { Offset = member.HeaderAt });
            else ScanHidden(content, covered, member.HeaderAt, place, run, isNamed: false);
            Compare(member, local.Member, place, run);
            ScanBody(content, member, local.Member, local.BodyAt, place, run, weights);
            covered = Math.Max(covered, local.BodyAt + Math.Max(member.PackedBytes, 0));
            previousName = member.Name;
        }

        if (covered < tableAt) ScanHidden(content, covered, tableAt, place, run, isNamed: false);
    }

    /// <summary>The folders where torch keeps tensors: beside the pickle that describes them.</summary>
    private static HashSet<string> TorchWeights(List<ZipMember> members) =>
    [
        .. members.Where(member => member.Name.EndsWith("/data.pkl", StringComparison.Ordinal)).SelectMany(member => new[]
        {
            member.Name[..^"data.pkl".Length] + "data", member.Name[..^"data.pkl".Length] + "constants",
        }),
    ];

    private static bool IsWeights(string name, HashSet<string> folders)
    {
        var slash = name.LastIndexOf('/');
        return slash > 0 && slash < name.Length - 1 && folders.Contains(name[..slash])
            && name.AsSpan(slash + 1).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static void Compare(ZipMember table, ZipMember own, ScanPlace place, ScanRun run)
    {
        var what = table.Name != own.Name ? "names" : table.Method != own.Method ? "methods"
            : !own.HasTrailingSizes && (table.PackedBytes != own.PackedBytes || table.Bytes != own.Bytes) ? "sizes"
            : (table.Flags & 1) != (own.Flags & 1) ? "flags" : null;
        if (what is not null)
            run.Add(place, ScanVerdict.Unsafe, FindingCode.Crafted,
                $"The two headers of its member '{Shown.Text(table.Name)}' give different {what}: readers disagree what it is.",
                    PackAgain, own.HeaderAt);
    }

    private static void ScanBody(Content content, ZipMember table, ZipMember own, long bodyAt, ScanPlace place, ScanRun run,
        HashSet<string> weights)
    {
        if (table.Name.EndsWith('/') && table.PackedBytes == 0) return;
        var body = content.Slice(bodyAt, table.PackedBytes);
        if (body.Length < table.PackedBytes)
            run.Add(place, ScanVerdict.Unknown, FindingCode.Malformed,
                $"Its member '{Shown.Text(table.Name)}' has {body.Length} of {table.PackedBytes} bytes.", PackAgain, bodyAt);
        ScanAs(table.Method, body, table, place, run, IsWeights(table.Name, weights));
        if (own.Method != table.Method) ScanAs(own.Method, body, own, place, run);
    }

    /// <summary>Whatever the flags say: one that says it is encrypted, and is not, only stops who believes it.</summary>
    private static void ScanAs(int method, Content body, ZipMember member, ScanPlace place, ScanRun run, bool isWeights = false)
    {
        var inside = place.Member(member.Name) with { IsWeights = isWeights };
        switch (method)
        {
            case 0:
                Report(run.ScanMember(body, inside), body);
                return;
            case 8:
                using (var stream = new DeflateStream(body.Open(), CompressionMode.Decompress))
                using (var spool = Spool.Fill(stream, body.Length, run))
                {
                    if (spool.Error is { } error)
                        run.Add(inside, ScanVerdict.Unknown, FindingCode.Malformed,
                            $"As a compressed member {error}; what came before was scanned.", PackAgain);
                    Report(run.ScanMember(spool.Content, inside), spool.Content);
                }

                return;
            default:
                run.Add(inside, ScanVerdict.Unknown, FindingCode.Unreadable,
                    $"It is compressed by method {method}, which is not unpacked here.",
                    "Have it packed again by deflate, or without compression.");
                return;
        }

        void Report(string format, Content content)
        {
            if (format is "json" or "text" && Path.GetFileName(member.Name) is "config.json")
                KerasScan.ScanConfiguration(content, inside, run);
        }
    }

    /// <summary>Looks for members that the table does not name between those that it names.</summary>
    /// <param name="isNamed">Whether there is no table, so that they are what there is.</param>
    private static void ScanHidden(Content content, long from, long to, ScanPlace place, ScanRun run, bool isNamed)
    {
        if (to <= from || (!isNamed && to - from <= TrailingSizesBytesMax)) return;
        var at = from;
        while (Marks.Next(content, at, to, ZipTable.LocalMark) is { } found)
        {
            if (ZipTable.ReadLocal(content, found) is not { } local || local.BodyAt > to)
            {
                at = found + 4;
                continue;
            }

            run.Budget.TakeMember();
            if (!isNamed)
                run.Add(place, ScanVerdict.Unsafe, FindingCode.Crafted,
                    $"It holds '{Shown.Text(local.Member.Name)}', which its table of contents does not name.", PackAgain, found);
            var isKnown = !local.Member.HasTrailingSizes && local.Member.PackedBytes <= to - local.BodyAt;
            var packed = isKnown ? local.Member.PackedBytes : to - local.BodyAt;
            ScanAs(local.Member.Method, content.Slice(local.BodyAt, packed), local.Member, place, run);
            at = isKnown ? local.BodyAt + packed : local.BodyAt;
        }

        if (at == from && !isNamed && Zeros.FirstOther(content.Slice(from, to - from), 0) is not null)
            run.Add(place, ScanVerdict.Unknown, FindingCode.Crafted, $"{to - from} bytes of it belong to no member.", PackAgain, from);
    }
}
