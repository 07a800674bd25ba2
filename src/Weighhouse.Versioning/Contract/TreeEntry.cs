using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What a name in a folder stands for. The numbers are stored.</summary>
public enum EntryKind : byte
{
    File = 1,
    Folder = 2,
    /// <summary>Its content, the file <see cref="TreeEntry.Id"/>, is the path it points at.</summary>
    Symlink = 3,
}

/// <summary>One name in a folder.</summary>
/// <param name="Name">Kept byte by byte as its UTF-8; never normalised.</param>
/// <param name="IsExecutable">Only files may be.</param>
/// <param name="Id">The file's content, or the folder's tree.</param>
/// <param name="SizeBytes">Of a folder: of all files below it together.</param>
public readonly record struct TreeEntry(string Name, EntryKind Kind, bool IsExecutable, Digest Id, long SizeBytes)
{
    public static TreeEntry File(string name, Digest id, long sizeBytes, bool isExecutable = false) =>
        new(name, EntryKind.File, isExecutable, id, sizeBytes);

    public static TreeEntry Folder(string name, TreeInfo tree) => new(name, EntryKind.Folder, false, tree.Id, tree.SizeBytes);
}

/// <summary>A folder that is in the store.</summary>
/// <param name="SizeBytes">Of all files below it together.</param>
/// <param name="EntryCount">Names directly in it.</param>
public readonly record struct TreeInfo(Digest Id, long SizeBytes, long EntryCount);
