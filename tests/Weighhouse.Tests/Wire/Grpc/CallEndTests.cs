using Microsoft.AspNetCore.Http;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>Which of the ends of a call its client is told.</summary>
public class CallEndTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void A_timer_that_fires_before_the_clock_shows_its_time_is_the_deadline()
    {
        var clock = new EarlyClock();
        using var end = new CallEnd(new DefaultHttpContext(), Limit, clock, CancellationToken.None);
        Assert.False(end.IsPastDeadline);

        clock.Fire!();

        Assert.True(end.Token.IsCancellationRequested);
        Assert.True(end.IsPastDeadline);
        Assert.Equal(GrpcCode.DeadlineExceeded, end.Why().Code);
    }

    [Fact]
    public void A_client_that_goes_before_its_deadline_has_cancelled()
    {
        using var gone = new CancellationTokenSource();
        var http = new DefaultHttpContext { RequestAborted = gone.Token };
        using var end = new CallEnd(http, Limit, new EarlyClock(), CancellationToken.None);

        gone.Cancel();

        Assert.True(end.Token.IsCancellationRequested);
        Assert.Equal(GrpcCode.Cancelled, end.Why().Code);
    }

    [Fact]
    public void A_server_that_stops_before_the_deadline_says_so()
    {
        using var stopping = new CancellationTokenSource();
        using var end = new CallEnd(new DefaultHttpContext(), Limit, new EarlyClock(), stopping.Token);

        stopping.Cancel();

        Assert.True(end.IsServerStopping);
        Assert.Equal(GrpcCode.Unavailable, end.Why().Code);
    }

    /// <summary>A clock that stands, whose timers fire when told to.</summary>
    private sealed class EarlyClock : TimeProvider, ITimer
    {
        public Action? Fire { get; private set; }

        public override long GetTimestamp() => 1;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Fire = () => callback(state);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
