using System.Threading.Channels;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>The bounded queue in front of the writer, or of the lanes. A caller who finds it full waits, for a bounded time.</summary>
internal sealed class WriteQueue
{
    private readonly Channel<WriteUnit> _channel;
    private readonly DatabaseOptions _options;
    private readonly TimeProvider _time;

    public WriteQueue(DatabaseOptions options, TimeProvider time, bool singleReader)
    {
        _options = options;
        _time = time;
        _channel = Channel.CreateBounded<WriteUnit>(new BoundedChannelOptions(options.WriteQueueUnitsMax)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = singleReader,
            // For the writer thread, which waits by blocking: what continues inline is only its wake-up, or the enqueueing below,
            // which then waits for its own unit. A lane would run its transaction on the caller's thread.
            AllowSynchronousContinuations = singleReader,
        });
    }

    public ChannelReader<WriteUnit> Reader => _channel.Reader;

    public int Depth => _channel.Reader.Count;

    /// <summary>Null when the unit waits in the queue; otherwise why it cannot.</summary>
    public ValueTask<Error?> AddAsync(WriteUnit unit, CancellationToken cancellation) =>
        _channel.Writer.TryWrite(unit) ? default : AddSlowlyAsync(unit, cancellation);

    public void Close() => _channel.Writer.TryComplete();

    private async ValueTask<Error?> AddSlowlyAsync(WriteUnit unit, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(_options.WriteQueueTimeLimitMs), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            await _channel.Writer.WriteAsync(unit, either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Error(
                ErrorCode.LimitExceeded,
                $"{_options.WriteQueueUnitsMax:N0} writes are waiting already, and none left within {_options.WriteQueueTimeLimitMs:N0} "
                + "ms. Try again later, or send fewer, larger batches.");
        }
        catch (ChannelClosedException)
        {
            return new Error(ErrorCode.Unavailable, "The server is stopping and takes no more writes.");
        }
    }
}
