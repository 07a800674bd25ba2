using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Weighhouse.Versioning.Workspace.Files;

/// <summary>A name in a folder and what the system says of it.</summary>
internal readonly record struct ListedFile(string Name, FileFacts Facts);

/// <summary>The names of one folder with their facts. On Linux they are read as bytes: a name that is not UTF-8 is told, not
/// mended.</summary>
internal static unsafe partial class FolderListing
{
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte TypeFolder = 4;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Adds what the folder holds to <paramref name="found"/>; false when it cannot be read.</summary>
    /// <param name="unreadable">Names that are not UTF-8, as a person can recognise them.</param>
    public static bool TryList(string folder, List<ListedFile> found, List<string> unreadable) =>
        OperatingSystem.IsLinux() ? Linux(folder, found, unreadable) : Managed(folder, found);

    [SupportedOSPlatform("linux")]
    private static bool Linux(string folder, List<ListedFile> found, List<string> unreadable)
    {
        var stream = OpenFolder(folder);
        if (stream == 0) return false;
        try
        {
            var descriptor = DescriptorOf(stream);
            for (var entry = ReadEntry(stream); entry != null; entry = ReadEntry(stream))
            {
                var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
                if (bytes.SequenceEqual("."u8) || bytes.SequenceEqual(".."u8)) continue;
                if (!TryDecode(bytes, out var name))
                {
                    unreadable.Add(Encoding.UTF8.GetString(bytes));
                    continue;
                }

                // A folder's times say nothing we keep: the kernel's listing already tells that it is one.
                var facts = entry[TypeOffset] == TypeFolder
                    ? new FileFacts(FileType.Folder, false, default, 1, 0)
                    : FileProbe.In(descriptor, entry + NameOffset);
                if (facts.Type != FileType.None) found.Add(new ListedFile(name, facts));
            }
        }
        finally
        {
            _ = CloseFolder(stream);
        }

        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, out string name)
    {
        try
        {
            name = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            name = "";
            return false;
        }
    }

    private static bool Managed(string folder, List<ListedFile> found)
    {
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFileSystemInfos())
                found.Add(new ListedFile(file.Name, FileProbe.Managed(file)));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "opendir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint OpenFolder(string path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    private static partial byte* ReadEntry(nint stream);

    [LibraryImport("libc", EntryPoint = "dirfd")]
    private static partial int DescriptorOf(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseFolder(nint stream);
}
