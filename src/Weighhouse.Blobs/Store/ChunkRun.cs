using System.Buffers;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Index;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// Neighbouring chunks of a file, read and verified together. Chunks that also lie one behind the other in a pack, as those of a file
/// mostly do, are one read; as they lie there when nothing is packed, they are not even copied.
/// </summary>
internal sealed class ChunkRun(ObjectReader objects)
{
    /// <summary>The run in memory, verified, or what is wrong with the first chunk that cannot be had.</summary>
    /// <param name="once">Whether the bytes are wanted once: then they are read past the page cache.</param>
    public Result<ReadPiece> Read(ReadOnlySpan<FileChunk> chunks, bool once)
    {
        var total = 0;
        foreach (var chunk in chunks) total += chunk.LengthBytes;
        var places = new ObjectPlace[chunks.Length];
        for (var i = 0; i < chunks.Length; i++)
        {
            if (!objects.TryFind(chunks[i].Id, out places[i])) return Missing(chunks[i]);
            if (places[i].Info.RawBytes != chunks[i].LengthBytes) return objects.Damaged(chunks[i].Id, places[i]);
        }

        if (Neighbours(places, 0) == chunks.Length && Array.TrueForAll(places, static place => place.Info.Codec == ObjectCodec.Raw)
            && ReadAsStored(chunks, places, once) is { } stored)
            return stored;
        var raw = ArrayPool<byte>.Shared.Rent(total);
        if (ReadApart(chunks, places, raw, once) is not { } error) return new ReadPiece(raw, null, raw.AsMemory(0, total));
        ArrayPool<byte>.Shared.Return(raw);
        return error;
    }

    /// <summary>One chunk, verified.</summary>
    public Error? Read(FileChunk chunk, Span<byte> target)
    {
        if (!objects.TryFind(chunk.Id, out var place)) return Missing(chunk);
        return place.Info.RawBytes == chunk.LengthBytes ? objects.Read(chunk.Id, place, target) : objects.Damaged(chunk.Id, place);
    }

    /// <summary>Null when not all of it is there and sound: the careful way finds out why.</summary>
    private ReadPiece? ReadAsStored(ReadOnlySpan<FileChunk> chunks, ObjectPlace[] places, bool once)
    {
        var buffer = PageBuffer.Take();
        if (objects.TryReadStored(places, buffer, once, out var stored) && AreSound(chunks, stored.Span))
            return new ReadPiece(null, buffer, stored);
        buffer.Dispose();
        return null;
    }

    private static bool AreSound(ReadOnlySpan<FileChunk> chunks, ReadOnlySpan<byte> bytes)
    {
        foreach (var chunk in chunks)
        {
            if (ObjectIds.Of(ObjectKind.Chunk, bytes[..chunk.LengthBytes]) != chunk.Id) return false;
            bytes = bytes[chunk.LengthBytes..];
        }

        return true;
    }

    /// <summary>Each group of neighbours in one read, unpacked behind each other.</summary>
    private Error? ReadApart(ReadOnlySpan<FileChunk> chunks, ObjectPlace[] places, Span<byte> raw, bool once)
    {
        using var buffer = PageBuffer.Take();
        for (var first = 0; first < chunks.Length;)
        {
            var count = Neighbours(places, first);
            var group = places.AsSpan(first, count);
            var isRead = objects.TryReadStored(group, buffer, once, out var stored);
            for (var i = first; i < first + count; i++)
            {
                var (chunk, info) = (chunks[i], places[i].Info);
                var target = raw[..chunk.LengthBytes];
                var isSound = isRead && objects.TryUnpack(info, stored.Span[..info.StoredBytes], target)
                    && ObjectIds.Of(ObjectKind.Chunk, target) == chunk.Id;
                // A collection may have moved it; what is damaged in earnest is told here.
                if (!isSound && Read(chunk, target) is { } error) return error;
                if (isRead) stored = stored[info.StoredBytes..];
                raw = raw[chunk.LengthBytes..];
            }

            first += count;
        }

        return null;
    }

    /// <summary>How many from the first on lie one behind the other in one pack, as far as one read goes.</summary>
    private static int Neighbours(ObjectPlace[] places, int first)
    {
        var (pack, end, from) = (places[first].Pack, places[first].OffsetBytes, places[first].OffsetBytes);
        var count = 0;
        foreach (var place in places.AsSpan(first))
        {
            if (place.Pack != pack || place.OffsetBytes != end || end + place.Info.StoredBytes - from > PageBuffer.PartMaxBytes) break;
            end += place.Info.StoredBytes;
            count++;
        }

        return Math.Max(count, 1);
    }

    private static Error Missing(FileChunk chunk) => new(
        ErrorCode.Corrupted, $"The store lacks chunk {chunk.Id} of the file. Fetch it again, or restore a backup.");
}
