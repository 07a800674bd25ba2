using Weighhouse.Serving.Batching;

namespace Weighhouse.Tests.Serving.Batching;

public sealed class BatchPartsTests
{
    [Fact]
    public void The_delay_grows_while_answers_are_early_and_halves_when_they_are_late()
    {
        var controller = new DelayController(objectiveMs: 20, delayMsMax: 10);
        for (var i = 0; i < 16; i++) controller.Ran(Latencies(8, 5));
        Assert.Equal(2, controller.DelayMs);
        for (var i = 0; i < 400; i++) controller.Ran(Latencies(8, 5));
        Assert.Equal(10, controller.DelayMs);
        for (var i = 0; i < 8; i++) controller.Ran(Latencies(8, 18));
        Assert.Equal(10, controller.DelayMs);
        for (var i = 0; i < 8; i++) controller.Ran(Latencies(8, 25));
        Assert.Equal(5, controller.DelayMs);
    }

    [Fact]
    public void Nobody_waits_where_nobody_joins()
    {
        var controller = new DelayController(objectiveMs: 20, delayMsMax: 10);
        for (var i = 0; i < 4 * 64; i++) controller.Ran(Latencies(1, 1));
        // From here on it looks now and then whether anybody would join: of 1,000 decisions few have a delay.
        var waited = 0;
        for (var i = 0; i < 1_000; i++) waited += DelayOf(controller) > 0 ? 1 : 0;
        Assert.InRange(waited, 1, 50);

        for (var i = 0; i < 400; i++) controller.Ran(Latencies(8, 5));
        Assert.Equal(10, controller.DelayMs);
        for (var i = 0; i < 4 * 64; i++) controller.Ran(Latencies(1, 1));
        Assert.Equal(0, controller.DelayMs);

        static int DelayOf(DelayController controller)
        {
            for (var i = 0; i < 64; i++) controller.Ran(Latencies(1, 1));
            return controller.DelayMs;
        }
    }

    [Fact]
    public void A_delay_that_brings_company_is_found_from_none()
    {
        // One question every 3 ms: nobody joins whoever waits for less than that.
        var controller = new DelayController(objectiveMs: 20, delayMsMax: 10);
        for (var i = 0; i < 2_000; i++) controller.Ran(Latencies(1 + controller.DelayMs / 3, controller.DelayMs + 1));
        Assert.Equal(10, controller.DelayMs);
        // Where the objective leaves no room for it, it does not climb further.
        var pressed = new DelayController(objectiveMs: 4, delayMsMax: 10);
        for (var i = 0; i < 20_000; i++)
        {
            pressed.Ran(Latencies(1, pressed.DelayMs + 1.5));
            Assert.InRange(pressed.DelayMs, 0, 2);
        }
    }

    [Fact]
    public async Task A_model_that_takes_a_hundred_times_as_long_gets_as_much_time_and_not_as_many_turns()
    {
        var turns = new FairTurns(1);
        var (slow, quick) = (new TurnShare(), new TurnShare());
        var (slowTurns, quickTurns) = (0, 0);
        var holder = new TurnShare();
        await turns.TakeAsync(holder);
        // Both always want a turn: whoever had one asks for the next before giving it back.
        Task slowTurn = turns.TakeAsync(slow).AsTask(), quickTurn = turns.TakeAsync(quick).AsTask();
        turns.Give(holder, 0);
        while (slowTurns + quickTurns < 1_010)
        {
            if (await Task.WhenAny(slowTurn, quickTurn) == slowTurn)
            {
                slowTurns++;
                slow.Used += 100;
                slowTurn = turns.TakeAsync(slow).AsTask();
                turns.Give(slow, 0);
            }
            else
            {
                quickTurns++;
                quick.Used += 1;
                quickTurn = turns.TakeAsync(quick).AsTask();
                turns.Give(quick, 0);
            }
        }

        Assert.InRange(quickTurns / (double)slowTurns, 80, 120);
    }

    [Fact]
    public async Task Who_comes_new_takes_turns_with_who_had_the_processor_alone()
    {
        var turns = new FairTurns(1);
        var (old, fresh, holder) = (new TurnShare(), new TurnShare(), new TurnShare());
        // While nobody else wanted it.
        for (var i = 0; i < 10; i++)
        {
            await turns.TakeAsync(old);
            turns.Give(old, 100);
        }

        await turns.TakeAsync(holder);
        var oldTurn = turns.TakeAsync(old).AsTask();
        var freshTurn = turns.TakeAsync(fresh).AsTask();
        turns.Give(holder, 0);
        var order = new List<string>();
        while (order.Count < 6)
        {
            var isOld = await Task.WhenAny(oldTurn, freshTurn) == oldTurn;
            order.Add(isOld ? "old" : "fresh");
            var share = isOld ? old : fresh;
            share.Used += 100;
            if (isOld) oldTurn = turns.TakeAsync(old).AsTask();
            else freshTurn = turns.TakeAsync(fresh).AsTask();
            turns.Give(share, 0);
        }

        // It does not make up for time in which it was not there.
        Assert.Equal(3, order.Count(static name => name == "old"));
    }

    [Fact]
    public void A_run_that_its_last_sender_leaves_as_it_ends_is_stopped_without_harm()
    {
        var run = new BatchRun([]);
        var stopped = run.Stopped;
        run.Dispose();
        run.Stop();
        Assert.False(stopped.IsCancellationRequested);
        using var other = new BatchRun([]);
        other.Stop();
        Assert.True(other.Stopped.IsCancellationRequested);
    }

    private static double[] Latencies(int count, double ms) => [.. Enumerable.Repeat(ms, count)];
}
