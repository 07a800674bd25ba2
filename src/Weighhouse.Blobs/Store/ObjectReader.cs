using System.Buffers;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Planes;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>Reads objects out of packs and holds them against their ids.</summary>
internal sealed class ObjectReader(StoreParts parts, StoreRefresh refresh)
{
    private readonly Unpacking _unpacking = new(parts, refresh);

    /// <summary>The place of an object, looked for anew in the folder when it is not known: another process may have written it.</summary>
    public bool TryFind(Digest id, out ObjectPlace place) =>
        parts.Index.TryFind(id, out place) || RefreshAndFind(id, out place);

    /// <summary>How much of a file to bring near before it is read.</summary>
    public int AheadBytes => parts.Home.AheadBytes;

    public bool TryFindKnown(Digest id, out ObjectPlace place) => parts.Index.TryFind(id, out place);

    public Task FetchAsync(PackFile pack, long offsetBytes, int lengthBytes) => parts.Home.FetchAsync(pack, offsetBytes, lengthBytes);

    private bool RefreshAndFind(Digest id, out ObjectPlace place)
    {
        // Whether or not it finds anything: another thread may just have done the same for us.
        refresh.Run();
        return parts.Index.TryFind(id, out place);
    }

    /// <summary>Unpacks what was read, with the base it may be stored against. Not verified.</summary>
    public bool TryUnpack(ObjectInfo info, ReadOnlySpan<byte> stored, Span<byte> raw) => _unpacking.TryUnpack(info, stored, raw);

    /// <summary>The verified bytes of an object into <paramref name="raw"/>, which is as long as it.</summary>
    public Error? Read(Digest id, ObjectPlace place, Span<byte> raw) => Read(id, place, raw, depth: 0);

    /// <summary>The stored bytes of objects that lie one behind the other, not verified; false when they are not to be had so.</summary>
    public bool TryReadStored(ReadOnlySpan<ObjectPlace> neighbours, PageBuffer buffer, bool once, out ReadOnlyMemory<byte> stored)
    {
        var (first, last) = (neighbours[0], neighbours[^1]);
        var length = (int)(last.OffsetBytes + last.Info.StoredBytes - first.OffsetBytes);
        stored = buffer.Memory[..Math.Min(length, PageBuffer.PartMaxBytes)];
        if (length > PageBuffer.PartMaxBytes) return false;
        if (once) return parts.Packs.TryReadOnce(first.Pack, buffer, first.OffsetBytes, length, out stored);
        return parts.Packs.TryRead(first.Pack, buffer.Memory.Span[..length], first.OffsetBytes, out var count) && count == length;
    }

    /// <summary>Whether the object at this place is sound, with its bytes; null when the pack is not there any more.</summary>
    public bool? ReadAt(PackFile pack, PackEntry entry, Span<byte> raw)
    {
        var info = entry.Info;
        var stored = ArrayPool<byte>.Shared.Rent(info.StoredBytes);
        try
        {
            if (!parts.Packs.TryRead(pack, stored.AsSpan(0, info.StoredBytes), entry.OffsetBytes, out var count)) return null;
            // By the table the collection knows what an object leans on, by its bytes the reader does.
            return count == info.StoredBytes
                && XorPlanes.BaseOf(info, stored.AsSpan(0, count)) == entry.Base
                && TryUnpack(info, stored.AsSpan(0, count), raw)
                && ObjectIds.Of(info.Kind, raw) == entry.Id;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    public Result<byte[]> Read(Digest id)
    {
        if (!TryFind(id, out var place)) return Missing(id);
        var raw = GC.AllocateUninitializedArray<byte>(place.Info.RawBytes);
        return Read(id, place, raw) is { } error ? error : raw;
    }

    /// <summary>The parts in which a recipe is stored at this place; none when it is stored whole, or its pack has gone.</summary>
    public Digest[] PartsAt(PackFile pack, ObjectInfo info, long offsetBytes)
    {
        if (info.Codec != ObjectCodec.Parts) return [];
        var stored = new byte[info.StoredBytes];
        var isRead = parts.Packs.TryRead(pack, stored, offsetBytes, out var count) && count == stored.Length;
        return isRead ? RecipeParts.Read(info, stored) : [];
    }

    /// <summary>
    /// The parts that make a recipe: those it names, else those it would be stored in, for another copy of it may name them.
    /// </summary>
    public Result<IReadOnlyList<Digest>> PartsOf(Digest recipe)
    {
        if (!TryFind(recipe, out var place)) return Missing(recipe);
        if (PartsAt(place.Pack, place.Info, place.OffsetBytes) is { Length: > 0 } named) return named;
        if (place.Info.RawBytes < parts.Options.RecipeParts.RecipeBytesMin) return Array.Empty<Digest>();
        return Read(recipe).Map<IReadOnlyList<Digest>>(raw => [.. RecipeParts.IdsOf(raw, parts.Options.RecipeParts)]);
    }

    public Result<FileRecipe> Recipe(Digest file)
    {
        if (!TryFind(file, out var place)) return Missing(file);
        if (place.Info.Kind == ObjectKind.Chunk)
            return new FileRecipe(place.Info.RawBytes, new FileChunk[] { new(file, place.Info.RawBytes) });
        if (place.Info.Kind != ObjectKind.Recipe) return Error.NotFound($"{file} is a {place.Info.Kind}, not a file.");
        var raw = GC.AllocateUninitializedArray<byte>(place.Info.RawBytes);
        if (Read(file, place, raw) is { } error) return error;
        return Recipes.Read(raw) is { } recipe ? recipe : Damaged(file, place);
    }

    private Error? Read(Digest id, ObjectPlace place, Span<byte> raw, int depth)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            // What is not packed is read to where it is wanted.
            var isPlain = place.Info.Codec == ObjectCodec.Raw && place.Info.StoredBytes == raw.Length;
            var stored = ArrayPool<byte>.Shared.Rent(isPlain ? 0 : place.Info.StoredBytes);
            try
            {
                var bytes = isPlain ? raw : stored.AsSpan(0, place.Info.StoredBytes);
                if (!parts.Packs.TryRead(place.Pack, bytes, place.OffsetBytes, out var count))
                {
                    // A collection has moved it.
                    refresh.Run();
                    if (!parts.Index.TryFind(id, out place) || place.Info.RawBytes != raw.Length) return Missing(id);
                    continue;
                }

                var isWhole = count == bytes.Length && (isPlain || TryUnpack(place.Info, bytes, raw));
                if (isWhole && ObjectIds.Of(place.Info.Kind, raw) == id) return null;
                if (attempt > 0) return Damaged(id, place);
                var fetchesAnew = parts.Packs.Distrust(place.Pack);
                if (RecipeParts.Read(place.Info, bytes) is { Length: > 0 } ids)
                {
                    if (FindBrokenPart(id, ids) is { } broken) return broken;
                }
                else if (XorPlanes.BaseOf(place.Info, bytes) is { } baseId)
                {
                    if (FindBrokenBase(id, baseId, depth) is { } broken) return broken;
                }
                else if (!fetchesAnew)
                {
                    return Damaged(id, place);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(stored);
            }
        }

        return Missing(id);
    }

    /// <summary>Whose fault it is that an object stored against another is not what it should be: null when the base is sound.</summary>
    private Error? FindBrokenBase(Digest id, Digest baseId, int depth)
    {
        _unpacking.Distrust(baseId);
        if (depth == XorPlanes.DepthMax) return LeansOn(id, baseId, "That leans on others, deeper than anything this program writes.");
        if (!TryFind(baseId, out var place)) return LeansOn(id, baseId, Missing(baseId).Message);
        var raw = GC.AllocateUninitializedArray<byte>(place.Info.RawBytes);
        return Read(baseId, place, raw, depth + 1) is { } error ? LeansOn(id, baseId, error.Message) : null;
    }

    /// <summary>Whose fault it is that a recipe in parts is not what it should be: null when all of them are sound.</summary>
    private Error? FindBrokenPart(Digest id, Digest[] ids)
    {
        foreach (var part in ids)
        {
            if (Read(part).Error is { } error)
                return new Error(ErrorCode.Corrupted, $"{id} is stored in parts, of which {part} cannot be read. {error.Message}");
        }

        return null;
    }

    private static Error LeansOn(Digest id, Digest baseId, string why) =>
        new(ErrorCode.Corrupted, $"{id} is stored as its difference from {baseId}, which cannot be read. {why}");

    public static Error Missing(Digest id) => Error.NotFound($"The store has no content {id}.");

    public Error Damaged(Digest id, ObjectPlace place)
    {
        parts.Log.ObjectDamaged(id, place.Pack.Path, place.OffsetBytes);
        return new Error(
            ErrorCode.Corrupted,
            $"The content of {id} on disk is damaged ({place.Pack.Path} at {place.OffsetBytes}). "
            + "Restore that file from a backup, or fetch the object again.");
    }
}
