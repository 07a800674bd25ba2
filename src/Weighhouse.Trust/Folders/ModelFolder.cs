namespace Weighhouse.Trust;

internal enum EntryKind
{
    File,
    Link,

    /// <summary>A pipe, a socket, a device: opening one may wait for ever.</summary>
    Other,
}

/// <summary>The files of a model on disk, by their names below its folder, in the order of these.</summary>
internal static class ModelFolder
{
    /// <param name="path">A folder, or the only file.</param>
    public static IEnumerable<(string Name, string FullPath, EntryKind Kind)> Walk(string path)
    {
        if (!Directory.Exists(path)) return [(Path.GetFileName(path), path, KindOf(new FileInfo(path), followsLink: true))];
        var root = new DirectoryInfo(path);
        return Below(root).Select(entry => (NameOf(root, entry), entry.FullName, KindOf(entry, followsLink: false)))
            .OrderBy(entry => entry.Item1, CodePointOrder.Instance);
    }

    private static IEnumerable<FileSystemInfo> Below(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*",
            new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }))
        {
            if (entry is DirectoryInfo { LinkTarget: null } inner)
                foreach (var below in Below(inner)) yield return below;
            else yield return entry;
        }
    }

    private static string NameOf(DirectoryInfo root, FileSystemInfo entry) =>
        Path.GetRelativePath(root.FullName, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');

    /// <param name="followsLink">The one path a person names may be a link; what lies in a folder may not.</param>
    private static EntryKind KindOf(FileSystemInfo entry, bool followsLink)
    {
        if (entry.LinkTarget is not null && !followsLink) return EntryKind.Link;
        if ((entry.Attributes & (FileAttributes.Device | FileAttributes.Directory)) != FileAttributes.None) return EntryKind.Other;
        // What has a length is a file; a pipe has none.
        return entry is FileInfo { Length: > 0 } || followsLink || !FileKinds.IsSpecial(entry.FullName) ? EntryKind.File : EntryKind.Other;
    }
}

/// <summary>Texts by their code points, as signatures order names. UTF-16 orders those beyond 65,535 before some of the others.</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    public static readonly CodePointOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (x ?? "", y ?? "");
        var length = Math.Min(left.Length, right.Length);
        for (var at = 0; at < length; at++)
        {
            if (left[at] == right[at]) continue;
            return char.IsSurrogate(left[at]) == char.IsSurrogate(right[at]) ? left[at].CompareTo(right[at]) : char.IsSurrogate(left[at])
                ? 1 : -1;
        }

        return left.Length.CompareTo(right.Length);
    }
}
