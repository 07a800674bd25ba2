using System.Buffers;
using System.Buffers.Binary;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Transfer;

/// <summary>The head of one object in a pack on the wire: docs/formats/push-pull.md.</summary>
internal readonly record struct WireRecord(Digest Id, ObjectInfo Info)
{
    public const int HeadBytes = 44;

    /// <summary>Nothing that is packed is larger: chunks have up to 1 MiB, trees and commits too, and recipes are cut into parts.</summary>
    public const int StoredBytesMax = 64 << 20;

    /// <summary>The first bytes of every pack.</summary>
    public static ReadOnlySpan<byte> Magic => "WHPACK\u0001\0"u8;

    public void WriteTo(Span<byte> head)
    {
        head[0] = (byte)Info.Kind;
        head[1] = (byte)Info.Codec;
        head[2] = head[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], Info.RawBytes);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], Info.StoredBytes);
        Id.CopyTo(head[12..]);
    }

    public static Result<WireRecord> Read(ReadOnlySpan<byte> head)
    {
        var (kind, codec) = ((ObjectKind)head[0], (ObjectCodec)head[1]);
        if (!Enum.IsDefined(kind) || !Enum.IsDefined(codec) || head[2] != 0 || head[3] != 0)
            return Error.Invalid($"The pack has an object of kind {head[0]} and codec {head[1]}, which this server does not know.");
        var (raw, stored) = (BinaryPrimitives.ReadInt32LittleEndian(head[4..]), BinaryPrimitives.ReadInt32LittleEndian(head[8..]));
        if (raw is < 0 or > StoredBytesMax || stored is < 0 or > StoredBytesMax)
            return Error.Invalid($"The pack has an object of {raw} bytes, stored as {stored}; the limit is {StoredBytesMax}.");
        return new WireRecord(new Digest(head.Slice(12, Digest.Size)), new ObjectInfo(kind, codec, raw, stored));
    }

    public static Result<WireRecord> Read(in ReadOnlySequence<byte> head)
    {
        Span<byte> bytes = stackalloc byte[HeadBytes];
        head.Slice(0, HeadBytes).CopyTo(bytes);
        return Read(bytes);
    }
}
