using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Files;

/// <summary>Replaces a small file whole: readers see the one before or the one after, also when the process dies in between.</summary>
internal static class AtomicFile
{
    /// <param name="durable">Whether it must outlive a power cut: then it is on disk before the name points at it.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool durable)
    {
        var temporary = path + ".new";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            RandomAccess.Write(file, bytes, 0);
            if (durable) RandomAccess.FlushToDisk(file);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The text of a small file; null when there is none.</summary>
    public static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
