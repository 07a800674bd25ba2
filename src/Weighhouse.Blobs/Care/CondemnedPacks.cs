using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>Copies what lives in the condemned packs, makes the copies durable, and deletes the packs.</summary>
internal sealed class CondemnedPacks(
    StoreParts parts, IEpochs epochs, CollectionState state, Marking marking, Func<ObjectWriter> beginSession)
{
    /// <summary>
    /// Packs are deleted whenever this much was copied out of them and is durable, 32 MiB unless the target is changed: a disk that is
    /// nearly full gains room as it goes.
    /// </summary>
    private readonly long _copiedBytesMax = parts.Options.PackTargetBytes / 4;

    private long _copied, _freed;

    /// <summary>The bytes gained.</summary>
    public async ValueTask<Result<long>> DeleteAsync(CancellationToken cancellation)
    {
        // Meta first: what names chunks goes before the chunks, so that a crash leaves no recipe that names what is gone.
        foreach (var kind in new[] { PackKind.Meta, PackKind.Data })
            if (await DeleteAsync(Condemned(kind), cancellation) is { } error) return error;
        epochs.Write(state with { QuietAt = null, Packs = [] });
        return _freed - _copied;
    }

    /// <summary>Those with the fewest living objects first: they gain most for what must be copied before.</summary>
    private List<(PackFile Pack, JudgedPack Judged)> Condemned(PackKind kind) =>
    [
        .. state.Packs.Where(static judged => judged.IsCondemned)
            .Select(judged => (Pack: parts.Packs.Find(judged.Id), Judged: judged))
            .Where(one => one.Pack is { IsGone: false } pack && pack.Kind == kind && parts.Home.Exists(pack.Id, kind))
            .Select(static one => (one.Pack!, one.Judged))
            .OrderBy(static one => one.Judged.LivedCount),
    ];

    private async ValueTask<Error?> DeleteAsync(List<(PackFile Pack, JudgedPack Judged)> packs, CancellationToken cancellation)
    {
        for (var next = 0; next < packs.Count;)
        {
            var copiedBefore = _copied;
            var emptied = new List<PackFile>();
            using (var session = beginSession())
            {
                while (next < packs.Count && _copied - copiedBefore < _copiedBytesMax)
                {
                    var (pack, judged) = packs[next++];
                    if (!(await CopyAsync(pack, judged, session, cancellation)).TryGet(out var bytes, out var error)) return error;
                    _copied += bytes;
                    emptied.Add(pack);
                }

                if ((await session.CommitAsync(cancellation)).Error is { } failed) return failed;
            }

            foreach (var pack in emptied) parts.Packs.Close(pack);
            _freed += parts.Home.Delete(emptied);
            foreach (var pack in emptied) parts.Packs.Forget(pack);
        }

        return null;
    }

    private async ValueTask<Result<long>> CopyAsync(
        PackFile pack, JudgedPack judged, ObjectWriter session, CancellationToken cancellation)
    {
        long copied = 0;
        var number = -1;
        foreach (var entry in Marking.Read(parts, pack))
        {
            number++;
            cancellation.ThrowIfCancellationRequested();
            var lived = entry.OffsetBytes < judged.SoundEnd && judged.Lived(number);
            if (!lived && !marking.IsLive(entry.Id)) continue;
            if (session.Keeps(entry.Id)) continue;
            await session.RoomAsync(cancellation);
            if (!TryCopy(pack, entry, session, out var bytes))
            {
                return new Error(
                    ErrorCode.Corrupted,
                    $"Object {entry.Id} in {pack.Path} at {entry.OffsetBytes} is damaged, so the pack is not deleted. Run the check.");
            }

            copied += bytes + PackEntry.Size;
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
