using System.Buffers;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>Takes objects from a pack as it comes; each must be the one that was asked for, and what its id names.</summary>
internal sealed class IncomingPack(IncomingPart part, IObjectWriter writer)
{
    private bool _hasBegun;

    /// <summary>Takes all whole objects from the front.</summary>
    public PackTaken Take(ref ReadOnlySequence<byte> bytes)
    {
        var taken = new PackTaken(0, 0, 0, null);
        if (!_hasBegun)
        {
            if (bytes.Length < WireRecord.Magic.Length) return taken;
            Span<byte> magic = stackalloc byte[WireRecord.Magic.Length];
            bytes.Slice(0, magic.Length).CopyTo(magic);
            if (!magic.SequenceEqual(WireRecord.Magic)) return taken with { Refusal = Error.Invalid("What came is no pack of version 1.") };
            bytes = bytes.Slice(magic.Length);
            _hasBegun = true;
            taken = taken with { WireBytes = magic.Length };
        }

        while (bytes.Length >= WireRecord.HeadBytes)
        {
            if (!WireRecord.Read(bytes).TryGet(out var record, out var error)) return taken with { Refusal = error };
            if (part.Left == 0 || record.Id != part.Next)
            {
                return taken with
                {
                    Refusal = new Error(
                        ErrorCode.Corrupted, $"The server sent {record.Id}, which was not asked for. Nothing of it is kept."),
                };
            }

            var length = record.Info.StoredBytes;
            if (bytes.Length < WireRecord.HeadBytes + length) return taken;
            if (Add(record, bytes.Slice(WireRecord.HeadBytes, length)).Error is { } refusal) return taken with { Refusal = refusal };
            part.Arrived();
            bytes = bytes.Slice(WireRecord.HeadBytes + length);
            taken = new PackTaken(taken.Objects + 1, taken.StoredBytes + length, taken.WireBytes + WireRecord.HeadBytes + length, null);
        }

        return taken;
    }

    private Result<Done> Add(WireRecord record, ReadOnlySequence<byte> stored)
    {
        if (stored.IsSingleSegment) return writer.AddRaw(record.Id, record.Info, stored.FirstSpan);
        var bytes = ArrayPool<byte>.Shared.Rent(record.Info.StoredBytes);
        try
        {
            stored.CopyTo(bytes);
            return writer.AddRaw(record.Id, record.Info, bytes.AsSpan(0, record.Info.StoredBytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}

/// <param name="Refusal">What is wrong with the next object; null when there is none, or not all of it yet.</param>
internal readonly record struct PackTaken(int Objects, long StoredBytes, long WireBytes, Error? Refusal);
