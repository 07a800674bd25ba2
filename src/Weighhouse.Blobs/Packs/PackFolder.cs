using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Disk;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>Where things lie in the store's folder, as docs/formats/packs.md says.</summary>
internal sealed class PackFolder(string folder)
{
    public const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string FormatLine = "weighhouse-store 1\n";
    private const string TemporarySuffix = ".tmp";

    public string Folder { get; } = Path.GetFullPath(folder);

    public string Packs => Path.Combine(Folder, "packs");

    /// <summary>Says the version; its lock is the gate between writers that finish and a collection that condemns.</summary>
    public string Format => Path.Combine(Folder, "format");

    public string IndexFolder => Path.Combine(Folder, "index");

    public string LockFolder => Path.Combine(Folder, "locks");

    public string PathOf(PackId id, PackKind kind) => Path.Combine(Packs, id + Suffix(kind));

    /// <summary>Every pack in the folder by its name; other files are not ours to judge.</summary>
    public IEnumerable<PackListing> List()
    {
        foreach (var file in new DirectoryInfo(Packs).EnumerateFiles())
        {
            if (TryParse(file.Name, out var id, out var kind)) yield return new PackListing(id, kind, file.Length);
        }
    }

    public static bool TryParse(string fileName, out PackId id, out PackKind kind)
    {
        id = default;
        kind = fileName.EndsWith(Suffix(PackKind.Data), StringComparison.Ordinal) ? PackKind.Data : PackKind.Meta;
        var digits = fileName.AsSpan(0, Math.Max(0, fileName.Length - Suffix(kind).Length));
        return fileName.EndsWith(Suffix(kind), StringComparison.Ordinal) && PackId.TryParse(digits, out id);
    }

    /// <summary>Makes the folder a store, or checks that it is one of a version this program knows.</summary>
    public Result<Done> Prepare()
    {
        if (File.Exists(Format)) return CheckFormat().TryGet(out _, out var error) ? MakeFolders() : error;
        if (Directory.Exists(Folder) && Stranger() is { } stranger)
        {
            return Error.Precondition(
                $"{Folder} is not a store of objects: it has no file 'format' but holds '{stranger}'. Choose an empty folder or a store.");
        }

        MakeFolders();
        // Several processes may make the store at the same moment: each writes a file of its own, and all put the same in its place.
        WriteWhole(Format, Path.Combine(LockFolder, Path.GetRandomFileName()), Encoding.ASCII.GetBytes(FormatLine));
        return Done.Ok;
    }

    /// <summary>Puts a small file in its place whole or not at all.</summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> content) => WriteWhole(path, path + TemporarySuffix, content);

    private static void WriteWhole(string path, string temporary, ReadOnlySpan<byte> content)
    {
        using (var file = Open(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(temporary, path, overwrite: true);
        UnixFiles.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Opens a file that others may hold open too; one that is made is for this user only.</summary>
    public static SafeFileHandle Open(string path, FileMode mode, FileAccess access)
    {
        var file = File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
        if (!OperatingSystem.IsWindows() && mode is FileMode.Create or FileMode.CreateNew) File.SetUnixFileMode(file, PrivateFile);
        return file;
    }

    private static string Suffix(PackKind kind) => kind == PackKind.Data ? ".data" : ".meta";

    private string? Stranger()
    {
        string[] ours = [Packs, IndexFolder, LockFolder, Format + TemporarySuffix];
        return Directory.EnumerateFileSystemEntries(Folder).Where(entry => !ours.Contains(entry)).Select(Path.GetFileName).FirstOrDefault();
    }

    private Result<Done> CheckFormat()
    {
        using var reader = new StreamReader(Format, Encoding.ASCII);
        var start = new char[64];
        var text = new string(start, 0, reader.ReadBlock(start));
        return text == FormatLine
            ? Done.Ok
            : Error.Precondition(
                $"The store {Folder} says '{text.Trim()}' in its file 'format'; this program knows '{FormatLine.Trim()}'. "
                + "Use the weigh that made it.");
    }

    private Result<Done> MakeFolders()
    {
        if (Make(Folder)) UnixFiles.SyncFolder(Path.GetDirectoryName(Folder) ?? Folder);
        if (Make(Packs) | Make(IndexFolder) | Make(LockFolder)) UnixFiles.SyncFolder(Folder);
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
