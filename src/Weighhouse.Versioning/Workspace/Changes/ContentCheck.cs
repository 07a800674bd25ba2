using System.Text;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Changes;

/// <summary>Whether a file of the working folder holds what an entry says, by reading it.</summary>
internal static class ContentCheck
{
    /// <summary>False also for a file that cannot be read, and for one whose content the store has lost: it cannot be shown to be the
    /// same.</summary>
    public static bool Holds(IObjectStore store, string path, IndexEntry entry, CancellationToken cancellation)
    {
        if (entry.Kind == EntryKind.Symlink) return HoldsTarget(store, path, entry);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.GetLength(file) == entry.SizeBytes && store.Matches(entry.Id, file, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool HoldsTarget(IObjectStore store, string path, IndexEntry entry)
    {
        if (new FileInfo(path).LinkTarget is not { } target || Encoding.UTF8.GetByteCount(target) != entry.SizeBytes) return false;
        return LinkTarget.Read(store, entry.Id).TryGet(out var stored, out _) && stored == target;
    }
}
