using System.Threading.Channels;

namespace Weighhouse.Blobs.Local;

/// <summary>
/// Writes the pieces of a large file on a thread of its own while the next ones are received and hashed. A thread, because
/// writing blocks for as long as the disk is behind, and a blocked pool thread is one that answers no requests.
/// </summary>
internal sealed class WriteBehind : IAsyncDisposable
{
    /// <summary>Pieces that wait: two absorb the jitter of the disk.</summary>
    private const int QueuedMax = 2;

    private readonly LargeFile _file;
    private readonly Task _writer;
    private readonly Channel<Piece> _pieces = Channel.CreateBounded<Piece>(
        new BoundedChannelOptions(QueuedMax) { SingleReader = true, SingleWriter = true });

    private volatile bool _seal;

    public WriteBehind(TemporaryFile file)
    {
        _file = new LargeFile(file);
        _writer = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Takes the piece over. Throws what writing an earlier one threw.</summary>
    public async ValueTask WriteAsync(Piece piece, CancellationToken cancellation)
    {
        try
        {
            await _pieces.Writer.WriteAsync(piece, cancellation);
        }
        catch (OperationCanceledException)
        {
            piece.Return();
            throw;
        }
        catch (ChannelClosedException)
        {
            piece.Return();
            await _writer;
            throw;
        }
    }

    /// <summary>Waits for the writes and seals the file.</summary>
    public async ValueTask FinishAsync()
    {
        _seal = true;
        _pieces.Writer.TryComplete();
        await _writer;
    }

    /// <summary>Stops the thread, whatever state it is in.</summary>
    public async ValueTask DisposeAsync()
    {
        _pieces.Writer.TryComplete();
        await _writer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Run()
    {
        try
        {
            while (_pieces.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_pieces.Reader.TryRead(out var piece)) Write(piece);
            }

            if (_seal) _file.Seal();
        }
        finally
        {
            _pieces.Writer.TryComplete();
            while (_pieces.Reader.TryRead(out var unwritten)) unwritten.Return();
        }
    }

    private void Write(Piece piece)
    {
        try
        {
            _file.Append(piece);
        }
        finally
        {
            piece.Return();
        }
    }
}
