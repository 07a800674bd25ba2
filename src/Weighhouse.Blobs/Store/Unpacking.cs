using System.Buffers;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Planes;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// Makes objects of their stored bytes, with the bases some are stored against. Nothing is verified here, bases neither: a wrong base
/// makes a wrong object, and whoever reads holds that against its id.
/// </summary>
internal sealed class Unpacking(StoreParts parts, StoreRefresh refresh)
{
    private readonly BaseCache _cache = new(parts.Options.BaseCacheBytes);

    /// <summary>False when the bytes are not what the table says, or a base is not to be had.</summary>
    public bool TryUnpack(ObjectInfo info, ReadOnlySpan<byte> stored, Span<byte> raw) => TryUnpack(info, stored, raw, depth: 0);

    /// <summary>Forgets what it knows of a base that may be wrong.</summary>
    public void Distrust(Digest id) => _cache.Drop(id);

    private bool TryUnpack(ObjectInfo info, ReadOnlySpan<byte> stored, Span<byte> raw, int depth)
    {
        if (info.Codec == ObjectCodec.Parts) return TryJoin(info, stored, raw);
        if (info.Codec != ObjectCodec.XorPlanes) return Packing.TryUnpack(info, stored, raw);
        // The depth also ends a circle, which only a forged pack can have.
        if (depth == XorPlanes.DepthMax || XorPlanes.BaseOf(info, stored) is not { } baseId) return false;
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            var baseRaw = rented.AsSpan(0, raw.Length);
            return TryReadBase(baseId, baseRaw, depth + 1) && XorPlanes.TryUnpack(stored, baseRaw, raw);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>The parts one behind the other; they must fill the recipe exactly.</summary>
    private bool TryJoin(ObjectInfo info, ReadOnlySpan<byte> stored, Span<byte> raw)
    {
        var ids = RecipeParts.Read(info, stored);
        if (ids.Length == 0 || raw.Length < Recipes.HeaderBytes) return false;
        stored[..Recipes.HeaderBytes].CopyTo(raw);
        raw = raw[Recipes.HeaderBytes..];
        foreach (var id in ids)
        {
            if (!TryReadPart(id, raw, out var length)) return false;
            raw = raw[length..];
        }

        return raw.IsEmpty;
    }

    /// <summary>A part at the start of what is to be filled; false when it is not to be had, or longer.</summary>
    private bool TryReadPart(Digest id, Span<byte> target, out int length)
    {
        length = 0;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            // Unknown, or moved by a collection: another process may have written it.
            if ((!parts.Index.TryFind(id, out var place) || place.Pack.IsGone) && refresh.Run()) parts.Index.TryFind(id, out place);
            if (place.Pack is null || place.Info.Kind != ObjectKind.RecipePart || place.Info.RawBytes > target.Length) return false;
            length = place.Info.RawBytes;
            var packed = ArrayPool<byte>.Shared.Rent(place.Info.StoredBytes);
            try
            {
                if (!parts.Packs.TryRead(place.Pack, packed.AsSpan(0, place.Info.StoredBytes), place.OffsetBytes, out var count)) continue;
                return length > 0 && count == place.Info.StoredBytes
                    && Packing.TryUnpack(place.Info, packed.AsSpan(0, count), target[..length]);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(packed);
            }
        }

        return false;
    }

    private bool TryReadBase(Digest id, Span<byte> raw, int depth)
    {
        if (_cache.TryCopy(id, raw)) return true;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            // Unknown, or moved by a collection: another process may have written it.
            if ((!parts.Index.TryFind(id, out var place) || place.Pack.IsGone) && refresh.Run()) parts.Index.TryFind(id, out place);
            if (place.Pack is null || place.Info.Kind != ObjectKind.Chunk || place.Info.RawBytes != raw.Length) return false;
            if (place.Info.Codec == ObjectCodec.Raw && place.Info.StoredBytes == raw.Length)
            {
                if (parts.Packs.TryRead(place.Pack, raw, place.OffsetBytes, out var count)) return count == raw.Length;
                continue;
            }

            var stored = ArrayPool<byte>.Shared.Rent(place.Info.StoredBytes);
            try
            {
                if (!parts.Packs.TryRead(place.Pack, stored.AsSpan(0, place.Info.StoredBytes), place.OffsetBytes, out var count)) continue;
                if (count < place.Info.StoredBytes || !TryUnpack(place.Info, stored.AsSpan(0, count), raw, depth)) return false;
                _cache.Keep(id, raw);
                return true;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(stored);
            }
        }

        return false;
    }
}
