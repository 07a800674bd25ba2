using System.Buffers;
using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Transfer;

/// <summary>
/// Reads a pack as it arrives. Each object is checked against its id and goes straight into the store, so that nothing is kept twice and
/// memory holds one object; what has been made durable is told every few megabytes.
/// </summary>
internal sealed class PackReceiver(
    IObjectWriter writer, long offsetBytes, int durableEveryBytes, Func<PackProgress, ValueTask<Result<Done>>> progress)
{
    private long _position = offsetBytes;
    private long _durable = offsetBytes;
    private long _added;

    /// <summary>Reads to the end of the content; what is incomplete at its end has not arrived. Returns where it stands.</summary>
    public async ValueTask<Result<long>> ReceiveAsync(PipeReader content, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var read = await content.ReadAsync(cancellation);
                var taken = Take(read.Buffer, out var rest);
                content.AdvanceTo(rest.Start, rest.End);
                var isDue = read.IsCompleted || taken.IsFailure || _position - _durable >= durableEveryBytes;
                if (isDue && (await SettleAsync(cancellation)).Error is { } lost) return lost;
                if (taken.Error is { } refusal) return refusal;
                if (read.IsCompleted) return _durable;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The sender is gone. What came whole is kept, so that it need not be sent again.
            await SettleAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Takes all whole objects from the front.</summary>
    private Result<Done> Take(ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> rest)
    {
        rest = buffer;
        if (_position == 0)
        {
            if (rest.Length < WireRecord.Magic.Length) return Done.Value;
            Span<byte> magic = stackalloc byte[WireRecord.Magic.Length];
            rest.Slice(0, magic.Length).CopyTo(magic);
            if (!magic.SequenceEqual(WireRecord.Magic)) return Error.Invalid("The body is not a pack of version 1.");
            rest = rest.Slice(magic.Length);
            _position = magic.Length;
        }

        while (rest.Length >= WireRecord.HeadBytes)
        {
            if (!WireRecord.Read(rest).TryGet(out var record, out var error)) return error;
            if (rest.Length < WireRecord.HeadBytes + record.Info.StoredBytes) return Done.Value;
            if (Add(record, rest.Slice(WireRecord.HeadBytes, record.Info.StoredBytes)).Error is { } refusal) return refusal;
            rest = rest.Slice(WireRecord.HeadBytes + record.Info.StoredBytes);
            _position += WireRecord.HeadBytes + record.Info.StoredBytes;
        }

        return Done.Value;
    }

    private Result<Done> Add(WireRecord record, ReadOnlySequence<byte> stored)
    {
        // A file whose recipe is here may still lack chunks: only pieces are skipped by their presence.
        if (record.Info.Kind is ObjectKind.Chunk or ObjectKind.Tree && writer.Has(record.Id)) return Done.Value;
        _added += record.Info.StoredBytes;
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

    private async ValueTask<Result<Done>> SettleAsync(CancellationToken cancellation)
    {
        if (_position == _durable) return Done.Value;
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable;
        var told = await progress(new PackProgress(_durable, _position, _added));
        if (told.IsFailure) return told;
        (_durable, _added) = (_position, 0);
        return Done.Value;
    }
}

/// <summary>What has become durable of a pack.</summary>
/// <param name="BeforeBytes">Where it stood.</param>
/// <param name="NowBytes">Where it stands.</param>
/// <param name="AddedBytes">How much of it was new to the store.</param>
internal readonly record struct PackProgress(long BeforeBytes, long NowBytes, long AddedBytes);
