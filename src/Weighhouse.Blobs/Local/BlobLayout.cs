using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Local;

/// <summary>Where things lie in the store's folder, as docs/formats/blob-store.md says.</summary>
internal sealed class BlobLayout(string folder)
{
    public const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode FinishedFile = UnixFileMode.UserRead;

    public const string TemporarySuffix = ".tmp";
    private const string FormatLine = "weighhouse-blobs 1\n";
    private const int PrefixLength = 2;
    private const int Prefixes = 256;

    public string Folder { get; } = Path.GetFullPath(folder);

    public string Blobs => Path.Combine(Folder, "blobs");

    public string Temporary => Path.Combine(Folder, "tmp");

    private string Format => Path.Combine(Folder, "format");

    public string FolderOf(Digest id) => Path.Combine(Blobs, id.ToString()[..PrefixLength]);

    public string PathOf(Digest id)
    {
        var name = id.ToString();
        return Path.Combine(Blobs, name[..PrefixLength], name[PrefixLength..]);
    }

    /// <summary>The 256 folders that hold blobs, in order.</summary>
    public IEnumerable<string> PrefixFolders() =>
        Enumerable.Range(0, Prefixes).Select(prefix => Path.Combine(Blobs, prefix.ToString("x2")));

    /// <summary>The id that a file under <c>blobs</c> is named after; false for a name that is not ours.</summary>
    public static bool TryParse(string prefixFolder, string fileName, out Digest id)
    {
        id = default;
        return fileName.Length == Digest.Size * 2 - PrefixLength
            && !fileName.AsSpan().ContainsAnyInRange('A', 'F')
            && Digest.TryParse(Path.GetFileName(prefixFolder) + fileName, out id);
    }

    public string NewTemporaryPath(IdGenerator ids) => Path.Combine(Temporary, ids.Hex32() + TemporarySuffix);

    /// <summary>Makes the folder a store, or checks that it is one of a version this program knows.</summary>
    public Result<Done> Prepare(IdGenerator ids)
    {
        if (File.Exists(Format)) return CheckFormat().TryGet(out _, out var error) ? MakeFolders() : error;
        if (Directory.Exists(Folder))
        {
            var stranger = Directory.EnumerateFileSystemEntries(Folder).FirstOrDefault(entry => entry != Blobs && entry != Temporary);
            if (stranger is not null)
            {
                return Error.Precondition(
                    $"{Folder} is not a blob store: it has no file 'format' but holds '{Path.GetFileName(stranger)}'. "
                    + "Choose an empty folder or a store.");
            }
        }

        MakeFolders();
        using (var file = TemporaryFile.Create(NewTemporaryPath(ids)))
        {
            file.Write(Encoding.ASCII.GetBytes(FormatLine), 0);
            file.Flush();
            file.MoveTo(Format);
        }

        UnixFiles.SyncFolder(Folder);
        return Done.Ok;
    }

    private Result<Done> CheckFormat()
    {
        using var reader = new StreamReader(Format, Encoding.ASCII);
        var start = new char[64];
        var text = new string(start, 0, reader.ReadBlock(start));
        return text == FormatLine
            ? Done.Ok
            : Error.Precondition(
                $"The blob store {Folder} says '{text.Trim()}' in its file 'format'; this program knows '{FormatLine.Trim()}'. "
                + "Use the weigh that made it.");
    }

    private Result<Done> MakeFolders()
    {
        var made = Make(Folder);
        if (made) UnixFiles.SyncFolder(Path.GetDirectoryName(Folder) ?? Folder);
        var changed = Make(Blobs) | Make(Temporary);
        var filled = false;
        foreach (var prefix in PrefixFolders()) filled |= Make(prefix);
        if (filled) UnixFiles.SyncFolder(Blobs);
        if (changed) UnixFiles.SyncFolder(Folder);
        return Done.Ok;
    }

    private static bool Make(string path)
    {
        if (Directory.Exists(path)) return false;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, PrivateFolder);
        return true;
    }
}
