using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Local;

/// <summary>How a copy out of the store ended.</summary>
internal enum DownloadEnd
{
    Complete,
    /// <summary>The file is shorter than it was, or its bytes have another digest; nothing was sent.</summary>
    CorruptBeforeSending,
    /// <summary>The same, after part of it was sent.</summary>
    CorruptAfterSending,
}

/// <summary>One copy out of the store: the next piece is read and hashed while the target still sends the one before.</summary>
internal sealed class BlobDownload(SafeFileHandle file, PipeWriter target)
{
    /// <summary>All lanes of the hash are busy from 128 KiB on; two of these are the memory of a download.</summary>
    private const int PieceBytes = 256 << 10;

    private Task<FlushResult>? _sending;

    /// <param name="expected">The digest of these bytes, when it is to be checked.</param>
    public async ValueTask<DownloadEnd> RunAsync(long offsetBytes, long lengthBytes, Digest? expected, CancellationToken cancellation)
    {
        var hasher = expected is null ? null : new Blake3();
        var capacity = (int)Math.Clamp(lengthBytes, 1, PieceBytes);
        var (reading, beingSent) = (ArrayPool<byte>.Shared.Rent(capacity), ArrayPool<byte>.Shared.Rent(capacity));
        long sentBytes = 0;
        bool isLast;
        do
        {
            var wanted = (int)Math.Min(capacity, lengthBytes - sentBytes);
            isLast = sentBytes + wanted == lengthBytes;
            var count = ReadFully(reading.AsSpan(0, wanted), offsetBytes + sentBytes);
            hasher?.Update(reading.AsSpan(0, count));
            await AwaitSentAsync(moreFollows: true);
            if (count < wanted || (isLast && hasher is not null && hasher.Finish() != expected))
            {
                return sentBytes == 0 ? DownloadEnd.CorruptBeforeSending : DownloadEnd.CorruptAfterSending;
            }

            if (count > 0) _sending = target.WriteAsync(reading.AsMemory(0, count), cancellation).AsTask();
            sentBytes += count;
            (reading, beingSent) = (beingSent, reading);
        }
        while (!isLast);

        await AwaitSentAsync(moreFollows: false);
        // Not in a finally: after an exception a target may still hold the array, and the collector takes it in its own time.
        ArrayPool<byte>.Shared.Return(reading);
        ArrayPool<byte>.Shared.Return(beingSent);
        return DownloadEnd.Complete;
    }

    private async ValueTask AwaitSentAsync(bool moreFollows)
    {
        if (_sending is not { } sending) return;
        _sending = null;
        var result = await sending;
        if (result.IsCanceled || (result.IsCompleted && moreFollows))
        {
            throw new OperationCanceledException("The target stopped reading before the content was sent.");
        }
    }

    private int ReadFully(Span<byte> span, long offsetBytes)
    {
        var count = 0;
        while (count < span.Length)
        {
            var read = RandomAccess.Read(file, span[count..], offsetBytes + count);
            if (read == 0) break;
            count += read;
        }

        return count;
    }
}
