namespace Weighhouse.Versioning.Content.Files;

/// <summary>A file of the system's temporary folder without a name, gone with the process, however it ends.</summary>
internal static class NamelessFile
{
    private const int BufferBytes = 64 << 10;

    public static FileStream Create()
    {
        var path = Path.GetTempFileName();
        var file = new FileStream(
            path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete, BufferBytes,
            OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        return file;
    }
}
