using System.Net;
using System.Runtime.InteropServices;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>Objects that are sent together, and where each ends in the pack they make.</summary>
internal sealed class OutgoingPack
{
    private readonly List<Digest> _ids = [];
    private readonly List<long> _ends = [];

    /// <summary>Length of the pack: of its beginning alone where it holds nothing.</summary>
    public long LengthBytes => _ends.Count == 0 ? WireRecord.Magic.Length : _ends[^1];

    public int Count => _ids.Count;

    public void Add(Digest id, int storedBytes)
    {
        _ends.Add(LengthBytes + WireRecord.HeadBytes + storedBytes);
        _ids.Add(id);
    }

    /// <summary>The first object at or after a place; null for a place within one, where no upload can stand.</summary>
    public int? IndexAt(long offset)
    {
        if (offset == 0) return 0;
        var found = CollectionsMarshal.AsSpan(_ends).BinarySearch(offset);
        if (found >= 0) return found + 1;
        return offset == WireRecord.Magic.Length ? 0 : null;
    }

    /// <summary>Objects from one on that fit into so many bytes, at least one.</summary>
    public int CountFor(int from, long offset, long bytes)
    {
        var count = 1;
        while (from + count < _ids.Count && _ends[from + count] - offset <= bytes) count++;
        return count;
    }

    public long EndOf(int from, int count) => _ends[from + count - 1];

    public Digest this[int index] => _ids[index];
}

/// <summary>A part of a pack as the body of a request, read from the store while it is sent.</summary>
/// <param name="sent">Told of every piece that went out.</param>
internal sealed class PackContent(
    IObjectStore store, OutgoingPack pack, int from, int count, long offset, Action<int> sent) : HttpContent
{
    private const int FlushedBytes = 256 << 10;

    /// <summary>Why the part could not be read to its end; null when it could.</summary>
    public Error? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Small objects go out together; a large one as it lies in the store.
        using var waiting = new MemoryStream();
        if (offset == 0) waiting.Write(WireRecord.Magic);
        var head = new byte[WireRecord.HeadBytes];
        for (var i = from; i < from + count; i++)
        {
            if (!store.ReadRaw(pack[i]).TryGet(out var stored, out var error))
            {
                Failure = error with { Message = $"{error.Message} Look for damage here: weigh fsck" };
                throw new IOException(error.Message);
            }

            new WireRecord(pack[i], stored.Info).WriteTo(head);
            waiting.Write(head);
            waiting.Write(stored.Stored.Span);
            if (waiting.Length >= FlushedBytes) await FlushAsync(stream, waiting, cancellationToken);
        }

        await FlushAsync(stream, waiting, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = pack.EndOf(from, count) - offset;
        return true;
    }

    private async Task FlushAsync(Stream stream, MemoryStream waiting, CancellationToken cancellation)
    {
        await stream.WriteAsync(waiting.GetBuffer().AsMemory(0, (int)waiting.Length), cancellation);
        sent((int)waiting.Length);
        waiting.SetLength(0);
    }
}
