using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>Copies what lives in the condemned packs, makes the copies durable, and deletes the packs.</summary>
internal sealed class CondemnedPacks(
    StoreParts parts, IEpochs epochs, CollectionState state, Marking marking, Func<ObjectWriter> beginSession)
{
    /// <summary>The bytes gained.</summary>
    public async ValueTask<Result<long>> DeleteAsync(CancellationToken cancellation)
    {
        long copied = 0;
        var packs = new List<PackFile>();
        using (var session = beginSession())
        {
            foreach (var judged in state.Packs.Where(pack => pack.IsCondemned))
            {
                if (parts.Packs.Find(judged.Id) is not { IsGone: false } pack || !parts.Home.Exists(pack.Id, pack.Kind)) continue;
                packs.Add(pack);
                if (!(await CopyAsync(pack, judged, session, cancellation)).TryGet(out var bytes, out var error)) return error;
                copied += bytes;
            }

            var committed = await session.CommitAsync(cancellation);
            if (committed.Error is { } failed) return failed;
        }

        foreach (var pack in packs) parts.Packs.Close(pack);
        var freed = parts.Home.Delete(packs) - copied;
        foreach (var pack in packs) parts.Packs.Forget(pack);
        epochs.Write(state with { QuietAt = null, Packs = [] });
        return freed;
    }

    private async ValueTask<Result<long>> CopyAsync(
        PackFile pack, JudgedPack judged, ObjectWriter session, CancellationToken cancellation)
    {
        long copied = 0;
        var entries = Marking.Read(parts, pack);
        for (var i = 0; i < entries.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = entries[i];
            var lived = entry.OffsetBytes < judged.SoundEnd && judged.Lived(i);
            if (!lived && !marking.IsLive(entry.Id)) continue;
            if (session.Keeps(entry.Id)) continue;
            await session.RoomAsync(cancellation);
            if (!TryCopy(pack, entry, session, out var bytes))
            {
                return new Error(
                    ErrorCode.Corrupted,
                    $"Object {entry.Id} in {pack.Path} at {entry.OffsetBytes} is damaged, so the pack is not deleted. Run the check.");
            }

            copied += bytes;
        }

        return copied;
    }

    /// <summary>
    /// The shortest form there is of the object, where it is sound: the repacking may have written one to the same packs.
    /// </summary>
    private bool TryCopy(PackFile pack, PackEntry entry, ObjectWriter session, out int copiedBytes)
    {
        if (parts.Index.TryFind(entry.Id, out var best) && best.Info.StoredBytes < entry.Info.StoredBytes)
        {
            copiedBytes = best.Info.StoredBytes;
            if (TryCopy(best.Pack, entry.Id, best.Info, best.OffsetBytes, session)) return true;
        }

        copiedBytes = entry.Info.StoredBytes;
        return TryCopy(pack, entry.Id, entry.Info, entry.OffsetBytes, session);
    }

    private bool TryCopy(PackFile pack, Digest id, ObjectInfo info, long offset, ObjectWriter session)
    {
        var stored = new byte[info.StoredBytes];
        return parts.Packs.TryRead(pack, stored, offset, out var count) && count == stored.Length
            && !session.AddCopy(id, info, stored).IsFailure;
    }
}
