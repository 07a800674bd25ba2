using System.Buffers;
using System.Net;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>Objects that one request carries, as they travel; how long each is is known only when it has been read.</summary>
internal sealed class OutgoingPart
{
    private readonly ArrayBufferWriter<byte> _bytes = new((int)ServerLimits.SentAtOnceBytes + (1 << 20));
    private readonly List<long> _ends = [];

    private OutgoingPart()
    {
    }

    /// <summary>Objects in it.</summary>
    public int Count => _ends.Count;

    public long LengthBytes => _bytes.WrittenCount;

    /// <param name="isFirst">Whether the pack begins with it.</param>
    public static Result<OutgoingPart> Read(IObjectStore store, IReadOnlyList<Digest> ids, int from, bool isFirst)
    {
        var part = new OutgoingPart();
        if (isFirst) part._bytes.Write(WireRecord.Magic);
        Span<byte> head = stackalloc byte[WireRecord.HeadBytes];
        for (var i = from; i < ids.Count && part.LengthBytes < ServerLimits.SentAtOnceBytes; i++)
        {
            if (!store.ReadRaw(ids[i]).TryGet(out var stored, out var error))
                return error with { Message = $"{error.Message} Look for damage here: weigh fsck" };
            new WireRecord(ids[i], stored.Info).WriteTo(head);
            part._bytes.Write(head);
            part._bytes.Write(stored.Stored.Span);
            part._ends.Add(part.LengthBytes);
        }

        return part;
    }

    /// <summary>Whether an upload can stand there: at its beginning, or where an object ends.</summary>
    public bool IsPlace(long offset) => offset == 0 || _ends.Contains(offset);

    public ReadOnlyMemory<byte> From(long offset) => _bytes.WrittenMemory[(int)offset..];
}

/// <summary>A body that tells how much of it has gone out.</summary>
internal sealed class ToldContent(ReadOnlyMemory<byte> bytes, Action<int> sent) : HttpContent
{
    /// <summary>Small enough that a slow line still shows signs of life.</summary>
    private const int PieceBytes = 128 << 10;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var rest = bytes; rest.Length > 0;)
        {
            var piece = rest[..Math.Min(rest.Length, PieceBytes)];
            await stream.WriteAsync(piece, cancellationToken);
            sent(piece.Length);
            rest = rest[piece.Length..];
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
