using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>Where the bytes of a file come from, front to back.</summary>
internal abstract class ContentSource
{
    /// <summary>Whether the last byte has been read.</summary>
    public bool HasEnded { get; protected set; }

    /// <summary>How much was read so far.</summary>
    public long ReadBytes { get; protected set; }

    /// <summary>Fills the target unless the content ends before; returns how much it got.</summary>
    public abstract ValueTask<Result<int>> ReadAsync(Memory<byte> target, CancellationToken cancellation);

    /// <summary>Where the hole ends that begins at the next byte, or before it; the next byte itself when there is none.</summary>
    public virtual long HoleEnd() => ReadBytes;

    /// <summary>Goes on from this position, which is in the hole or at its end.</summary>
    public virtual void MoveTo(long position) => throw new InvariantException("Only a file has holes.");
}

/// <summary>An open file, read with positions; never waits for anything but the disk.</summary>
internal sealed class FileSource(SafeFileHandle file) : ContentSource
{
    private readonly FileHoles _holes = new(file);

    public override ValueTask<Result<int>> ReadAsync(Memory<byte> target, CancellationToken cancellation) => new(Read(target.Span));

    public int Read(Span<byte> target)
    {
        var count = PackScan.ReadFully(file, target, ReadBytes);
        ReadBytes += count;
        HasEnded = count < target.Length;
        return count;
    }

    public override long HoleEnd() => _holes.EndFrom(ReadBytes);

    public override void MoveTo(long position) => (ReadBytes, HasEnded) = (position, false);
}

/// <summary>A stream of unknown length with a limit. The caller completes the reader.</summary>
internal sealed class PipeSource(PipeReader content, long sizeMaxBytes) : ContentSource
{
    public override async ValueTask<Result<int>> ReadAsync(Memory<byte> target, CancellationToken cancellation)
    {
        var count = 0;
        while (count < target.Length && !HasEnded)
        {
            var read = await content.ReadAsync(cancellation);
            if (read.IsCanceled) throw new OperationCanceledException("The reading of the content was cancelled.");
            var available = read.Buffer;
            if (ReadBytes + available.Length > sizeMaxBytes)
            {
                content.AdvanceTo(available.Start);
                return Error.Invalid(
                    $"The content is larger than {sizeMaxBytes} bytes, the most that is allowed here. "
                    + "Send a smaller file, or raise the limit.");
            }

            var taken = available.Slice(0, Math.Min(available.Length, target.Length - count));
            taken.CopyTo(target.Span[count..]);
            count += (int)taken.Length;
            ReadBytes += taken.Length;
            HasEnded = read.IsCompleted && taken.Length == available.Length;
            content.AdvanceTo(taken.End);
        }

        return count;
    }
}
