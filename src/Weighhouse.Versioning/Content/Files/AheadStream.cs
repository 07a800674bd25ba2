using Weighhouse.Blobs;

namespace Weighhouse.Versioning.Content.Files;

/// <summary>
/// A file of the store from its start to its end: while some chunks are worked on, another thread reads, unpacks and verifies the next
/// ones. After a jump it begins anew.
/// </summary>
internal sealed class AheadStream(StoredContent content) : ContentStream(content.SizeBytes)
{
    /// <summary>Chunks of text have 16 KiB: a task for each would cost more than reading it.</summary>
    private const int BatchBytes = 512 << 10;

    private Batch? _batch;
    private Task<Batch>? _next;
    private int _chunk;

    protected override int ReadAt(long position, Span<byte> target)
    {
        var index = IndexAt(position);
        if (_batch is null || index < _batch.First || index >= _batch.End) Advance(index);
        var chunk = _batch!.Chunks[index - _batch.First].Span[(int)(position - content.Chunks.StartOf(index))..];
        var taken = Math.Min(chunk.Length, target.Length);
        chunk[..taken].CopyTo(target);
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        // The store may be closed next: nobody reads from it then.
        if (disposing) Forget();
        base.Dispose(disposing);
    }

    private int IndexAt(long position)
    {
        if (_chunk < content.Chunks.Count && position >= content.Chunks.StartOf(_chunk)
            && position < content.Chunks.StartOf(_chunk) + content.Chunks[_chunk].LengthBytes) return _chunk;
        return _chunk = content.Chunks.IndexAt(position);
    }

    private void Advance(int index)
    {
        var isNext = _batch is not null && index == _batch.End;
        if (!isNext) Forget();
        _batch = _next is null ? ReadBatch(index) : _next.GetAwaiter().GetResult();
        var from = _batch.End;
        // Who came by a jump may be about to jump again.
        var goesOn = (isNext || index == 0) && from < content.Chunks.Count;
        _next = goesOn ? Task.Run(() => ReadBatch(from)) : null;
    }

    private Batch ReadBatch(int first)
    {
        var (chunks, bytes) = (new List<ReadOnlyMemory<byte>>(), 0);
        for (var i = first; i < content.Chunks.Count && bytes < BatchBytes; i++)
        {
            var chunk = content.ReadChunk(i);
            chunks.Add(chunk);
            bytes += chunk.Length;
        }

        return new Batch(first, chunks);
    }

    private void Forget()
    {
        // What it failed of is told when it is asked for again.
        if (_next is not null) ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        (_next, _batch) = (null, null);
    }

    private sealed record Batch(int First, List<ReadOnlyMemory<byte>> Chunks)
    {
        public int End => First + Chunks.Count;
    }
}
