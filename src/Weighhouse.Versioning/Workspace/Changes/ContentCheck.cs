using System.Buffers;
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
            return RandomAccess.GetLength(file) == entry.SizeBytes && Compare(store, file, entry.Id, cancellation);
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

    private static bool Compare(IObjectStore store, Microsoft.Win32.SafeHandles.SafeFileHandle file, Digest id,
        CancellationToken cancellation)
    {
        if (!store.Recipe(id).TryGet(out var recipe, out _)) return false;
        long offset = 0;
        foreach (var chunk in recipe.Chunks)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!store.Read(ObjectKind.Chunk, chunk.Id).TryGet(out var stored, out _)) return false;
            var buffer = ArrayPool<byte>.Shared.Rent(chunk.LengthBytes);
            var read = Fill(file, buffer.AsSpan(0, chunk.LengthBytes), offset);
            var same = read == chunk.LengthBytes && stored.Span.SequenceEqual(buffer.AsSpan(0, chunk.LengthBytes));
            ArrayPool<byte>.Shared.Return(buffer);
            if (!same) return false;
            offset += chunk.LengthBytes;
        }

        return true;
    }

    private static int Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file, Span<byte> buffer, long offset)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = RandomAccess.Read(file, buffer[filled..], offset + filled);
            if (read == 0) break;
            filled += read;
        }

        return filled;
    }
}
