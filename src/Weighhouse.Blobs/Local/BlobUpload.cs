using System.Buffers;
using System.IO.Pipelines;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Local;

/// <summary>One put: receives, hashes and stores. Small content never leaves memory before it is known to be new.</summary>
internal sealed class BlobUpload(
    BlobLayout layout, BlobShelf shelf, IdGenerator ids, SemaphoreSlim largeUploads, PipeReader content, long sizeMaxBytes)
{
    /// <summary>Most files of a run (parameters, images, logs) fit, so that hundreds of uploads at once cost little memory.</summary>
    private const int SmallBytes = 64 << 10;

    private readonly Blake3 _hasher = new();
    private long _receivedBytes;
    private bool _hasEnded;

    /// <summary>Whether the content was not in the store before; known after <see cref="RunAsync"/>.</summary>
    public bool IsNew { get; private set; }

    public async ValueTask<Result<BlobInfo>> RunAsync(CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SmallBytes);
        try
        {
            var received = await ReceiveAsync(buffer.AsMemory(0, SmallBytes), cancellation);
            if (!received.TryGet(out var count, out var error)) return error;
            if (_hasEnded) return StoreWhole(buffer.AsSpan(0, count));

            await largeUploads.WaitAsync(cancellation);
            try
            {
                return await RunLargeAsync(buffer.AsMemory(0, count), cancellation);
            }
            finally
            {
                largeUploads.Release();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<Result<BlobInfo>> RunLargeAsync(ReadOnlyMemory<byte> start, CancellationToken cancellation)
    {
        var piece = Piece.Take();
        try
        {
            start.CopyTo(piece.Memory);
            var received = await ReceiveAsync(piece.Memory[start.Length..], cancellation);
            if (!received.TryGet(out var count, out var error)) return error;
            piece.LengthBytes = start.Length + count;
            if (_hasEnded) return StoreWhole(piece.Content);

            using var file = TemporaryFile.Create(layout.NewTemporaryPath(ids));
            await using var writer = new WriteBehind(file);
            while (true)
            {
                _hasher.Update(piece.Content);
                var handedOver = piece;
                piece = null;
                await writer.WriteAsync(handedOver, cancellation);
                if (_hasEnded) return await FinishAsync(file, writer);

                piece = Piece.Take();
                received = await ReceiveAsync(piece.Memory, cancellation);
                if (!received.TryGet(out count, out error)) return error;
                piece.LengthBytes = count;
            }
        }
        finally
        {
            piece?.Return();
        }
    }

    private async ValueTask<Result<BlobInfo>> FinishAsync(TemporaryFile file, WriteBehind writer)
    {
        var info = new BlobInfo(_hasher.Finish(), _receivedBytes);
        if (shelf.TryRenew(info.Id, info.SizeBytes)) return info;
        await writer.FinishAsync();
        IsNew = shelf.Admit(file, info.Id, info.SizeBytes);
        return info;
    }

    private BlobInfo StoreWhole(ReadOnlySpan<byte> bytes)
    {
        _hasher.Update(bytes);
        var info = new BlobInfo(_hasher.Finish(), bytes.Length);
        if (shelf.TryRenew(info.Id, info.SizeBytes)) return info;
        using var file = TemporaryFile.Create(layout.NewTemporaryPath(ids));
        file.Write(bytes, 0);
        file.Seal();
        IsNew = shelf.Admit(file, info.Id, info.SizeBytes);
        return info;
    }

    /// <summary>Fills the target unless the content ends before; returns how much it got.</summary>
    private async ValueTask<Result<int>> ReceiveAsync(Memory<byte> target, CancellationToken cancellation)
    {
        var count = 0;
        while (count < target.Length && !_hasEnded)
        {
            var read = await content.ReadAsync(cancellation);
            if (read.IsCanceled) throw new OperationCanceledException("The reading of the content was cancelled.");
            var available = read.Buffer;
            if (_receivedBytes + available.Length > sizeMaxBytes)
            {
                content.AdvanceTo(available.Start);
                return Error.Invalid(
                    $"The content is larger than {sizeMaxBytes} bytes, the most that is allowed here. "
                    + "Send a smaller file, or raise the limit.");
            }

            var taken = available.Slice(0, Math.Min(available.Length, target.Length - count));
            taken.CopyTo(target.Span[count..]);
            count += (int)taken.Length;
            _receivedBytes += taken.Length;
            _hasEnded = read.IsCompleted && taken.Length == available.Length;
            content.AdvanceTo(taken.End);
        }

        return count;
    }
}
