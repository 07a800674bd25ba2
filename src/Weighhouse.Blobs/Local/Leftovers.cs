using System.Diagnostics;

namespace Weighhouse.Blobs.Local;

/// <summary>What puts that a crash interrupted have left in the store's temporary folder.</summary>
internal static class Leftovers
{
    /// <summary>Deletes what was last written before this process started and nobody holds open. Returns how many and their size.</summary>
    public static (int Count, long Bytes) Delete(BlobLayout layout)
    {
        using var self = Process.GetCurrentProcess();
        var startedUtc = self.StartTime.ToUniversalTime();
        var count = 0;
        long bytes = 0;
        foreach (var file in new DirectoryInfo(layout.Temporary).EnumerateFiles("*" + BlobLayout.TemporarySuffix))
        {
            if (file.LastWriteTimeUtc >= startedUtc || IsHeld(file.FullName)) continue;
            bytes += file.Length;
            count++;
            file.Delete();
        }

        return (count, bytes);
    }

    private static bool IsHeld(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            return false;
        }
        catch (IOException)
        {
            // Locked by the process that writes it, or already gone.
            return true;
        }
    }
}
