namespace Weighhouse.Trust.Scanning.Containers;

/// <summary>Names of an archive's members: whether they stay in the folder they are unpacked into, and mean what they say.</summary>
internal sealed class MemberNames(ScanPlace place, ScanRun run)
{
    private const int LengthMax = 1024;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folded = new(StringComparer.OrdinalIgnoreCase);

    public void Check(string name, long offset)
    {
        if (Problem(name) is { } problem)
            run.Add(place, ScanVerdict.Unsafe, FindingCode.MemberName, $"Its member '{Shown.Text(name)}' {problem}.",
                "Do not unpack it. Have it packed again, with plain names.", offset);
        if (!_names.Add(name))
            run.Add(place, ScanVerdict.Unsafe, FindingCode.Crafted,
                $"Two of its members are called '{Shown.Text(name)}': readers disagree which one counts.",
                "Have it packed again by whom you trust.", offset);
        else if (!_folded.Add(name))
            run.Add(place, ScanVerdict.Unsafe, FindingCode.MemberName,
                $"Two of its members are called '{Shown.Text(name)}' but for the case of letters.",
                "Rename one: on many disks they are the same file.", offset);
    }

    /// <summary>Null for a name that is a plain path.</summary>
    public static string? Problem(string name)
    {
        if (name.Length == 0) return "has no name";
        if (name.Length > LengthMax) return $"has a name of {name.Length} characters; the limit is {LengthMax}";
        if (name[0] is '/' or '\\') return "has an absolute name";
        if (name.Length > 1 && name[1] == ':') return "names a drive";
        if (name.Contains('\\', StringComparison.Ordinal)) return "has a backslash in its name, which some systems take for a folder's";
        if (name.Any(char.IsControl)) return "has a control character in its name";
        foreach (var part in name.Split('/'))
        {
            if (part == "..") return "leaves the folder it is unpacked into";
            if (part.EndsWith('.') && part != ".") return "has a name that ends in a dot, which some systems cut off";
        }

        return null;
    }
}
