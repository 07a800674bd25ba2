namespace Weighhouse.Versioning.Workspace.Files;

/// <summary>What stands at a path of the working folder.</summary>
internal enum FileType : byte
{
    None,
    File,
    Folder,
    Symlink,
    /// <summary>A socket, pipe or device: no content that could be versioned.</summary>
    Special,
}

/// <summary>
/// What the system says of a file without reading it. As long as all of it is the same, the content is: who writes changes the time of
/// change, which no program can set.
/// </summary>
/// <param name="ModifiedNs">Nanoseconds since 1970.</param>
/// <param name="ChangedNs">The last change of content or attributes, set by the system alone.</param>
internal readonly record struct FileStamp(long SizeBytes, long ModifiedNs, long ChangedNs, ulong Inode)
{
    /// <summary>A stamp no file has: the content must be read to know.</summary>
    public static readonly FileStamp Unknown = new(-1, 0, 0, 0);

    /// <summary>
    /// The clock of files ticks every 4 to 10 ms: a change in the tick in which the content was read leaves no trace.
    /// </summary>
    private const long TickNs = 20_000_000;

    /// <summary>File systems of whole seconds (some network shares, FAT) tick every 2 s.</summary>
    private const long CoarseTickNs = 2_000_000_000;

    /// <summary>Whether the file changed so shortly before it was read that a later change could look the same.</summary>
    public bool IsRacy(long readNs)
    {
        var tick = ChangedNs % 1_000_000_000 == 0 ? CoarseTickNs : TickNs;
        return ChangedNs > readNs - tick;
    }
}

/// <param name="Links">Names the file has; above 1, writing it in place would change the others.</param>
internal readonly record struct FileFacts(FileType Type, bool IsExecutable, FileStamp Stamp, uint Links, ulong Device);
