using System.Buffers;
using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Aliases;

/// <summary>
/// Content on its way into the store: one task hashes it for its foreign name, another cuts and packs what has been hashed, with a few
/// megabytes between them. SHA-256 is the slower half, so the two together cost what it costs alone where there is a second core.
/// </summary>
internal sealed class AliasIntake(IObjectStore store, IObjectWriter writer, AliasDigest digest)
{
    private const int BetweenBytes = 4 << 20;

    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: BetweenBytes, resumeWriterThreshold: BetweenBytes / 2, minimumSegmentSize: 64 << 10,
        useSynchronizationContext: false));

    /// <summary>Whether the content broke off and what came before was kept.</summary>
    public bool WasCut { get; private set; }

    /// <param name="before">What arrived earlier and is in the store; it is read again for its digest and its chunks.</param>
    /// <param name="keepsCut">Whether content that breaks off is taken as far as it came, instead of its exception passing.</param>
    public async ValueTask<Result<BlobInfo>> RunAsync(
        BlobInfo? before, PipeReader content, long sizeMaxBytes, bool keepsCut, CancellationToken cancellation)
    {
        // What was cut must still be put away when the request is gone.
        var adding = AddAsync(sizeMaxBytes, keepsCut ? CancellationToken.None : cancellation);
        var fed = await FeedAsync(before, content, keepsCut, cancellation);
        var added = await adding;
        return fed.Error is { } damage ? damage : added;
    }

    private async Task<Result<BlobInfo>> AddAsync(long sizeMaxBytes, CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            return await writer.AddFileAsync(_pipe.Reader, sizeMaxBytes, cancellation);
        }
        finally
        {
            await _pipe.Reader.CompleteAsync();
        }
    }

    private async ValueTask<Result<Done>> FeedAsync(
        BlobInfo? before, PipeReader content, bool keepsCut, CancellationToken cancellation)
    {
        Exception? failure = null;
        try
        {
            if (before is { } known && (await FeedStoredAsync(known, cancellation)).Error is { } damage) return damage;
            await FeedArrivingAsync(content, cancellation);
        }
        catch (Exception exception) when (keepsCut && exception is IOException or OperationCanceledException)
        {
            // The sender is gone. What came is worth keeping.
            WasCut = true;
        }
        catch (Exception exception)
        {
            // Passes to the caller through the writer, which then ends too.
            failure = exception;
        }
        finally
        {
            await _pipe.Writer.CompleteAsync(failure);
        }

        return Done.Ok;
    }

    private async ValueTask<Result<Done>> FeedStoredAsync(BlobInfo stored, CancellationToken cancellation)
    {
        var earlier = new Pipe(new PipeOptions(pauseWriterThreshold: BetweenBytes, useSynchronizationContext: false));
        var copying = CopyStoredAsync(stored, earlier.Writer, cancellation);
        try
        {
            await FeedArrivingAsync(earlier.Reader, cancellation);
        }
        finally
        {
            await earlier.Reader.CompleteAsync();
        }

        return await copying;
    }

    private async Task<Result<Done>> CopyStoredAsync(BlobInfo stored, PipeWriter target, CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            return await store.CopyToAsync(stored.Id, 0, stored.SizeBytes, target, cancellation);
        }
        catch (CorruptBlobException damage)
        {
            return new Error(ErrorCode.Corrupted, damage.Message);
        }
        finally
        {
            await target.CompleteAsync();
        }
    }

    private async ValueTask FeedArrivingAsync(PipeReader content, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await content.ReadAsync(cancellation);
            foreach (var segment in read.Buffer)
            {
                digest.Append(segment.Span);
                _pipe.Writer.Write(segment.Span);
            }

            content.AdvanceTo(read.Buffer.End);
            // When nobody takes more, the store has refused, and says why.
            if ((await _pipe.Writer.FlushAsync(CancellationToken.None)).IsCompleted || read.IsCompleted) return;
        }
    }
}
