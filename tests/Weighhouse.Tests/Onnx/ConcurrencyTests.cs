using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

public sealed class ConcurrencyTests(ITestOutputHelper output)
{
    private const int Threads = 8;

    [Fact]
    public async Task Many_threads_run_one_session_and_each_gets_its_own_numbers()
    {
        var random = new Random(7);
        var (weights, bias) = (OnnxHouse.Floats(random, 16 * 8), OnnxHouse.Floats(random, 8));
        using var session = OnnxHouse.Load(new LayerStack("x", 16).Dense(weights, bias).Output("y", 8).ToModel());

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            var own = new Random(thread);
            using var call = session.NewCall();
            for (var turn = 0; turn < 300; turn++)
            {
                var rows = own.Next(1, 9);
                var input = OnnxHouse.Floats(own, rows * 16);
                Assert.False(call.SetInput(0, OnnxHouse.Bytes<float>(input), rows, 16).IsFailure);
                Assert.False(call.Run().IsFailure);
                var expected = PlainLayers.Dense(input, weights, bias);
                var actual = call.Output(0).As<float>();
                for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4f);
            }
        })));
    }

    [Fact]
    public async Task Disposing_a_session_lets_the_runs_in_flight_end_and_refuses_the_others()
    {
        for (var round = 0; round < 30; round++)
        {
            var session = OnnxHouse.Load(OnnxHouse.Twice());
            using var ready = new CountdownEvent(Threads);
            var running = Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(() =>
            {
                using var call = session.NewCall();
                Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 2, 3), 3).IsFailure);
                for (var turn = 0; ; turn++)
                {
                    var ran = call.Run();
                    if (ran.IsFailure) return (ran.Error.Code, turn);
                    if (turn == 3) ready.Signal();
                    if (!call.Output(0).As<float>().SequenceEqual([2f, 4, 6])) return (ErrorCode.Corrupted, turn);
                }
            }, TaskCreationOptions.LongRunning)).ToArray();

            ready.Wait();
            session.Dispose();

            foreach (var (code, turns) in await Task.WhenAll(running))
            {
                Assert.Equal(ErrorCode.Unavailable, code);
                Assert.True(turns > 3);
            }
        }
    }

    [Fact]
    public async Task Disposing_a_call_while_it_runs_frees_it_when_the_run_has_ended()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Counting());
        var call = session.NewCall();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(long.MaxValue)).IsFailure);
        using var cancelling = new CancellationTokenSource();
        var running = Task.Run(() => call.Run(cancelling.Token));
        await UntilItRunsAsync(call);

        Assert.Throws<InvariantException>(() => call.Run());
        Assert.Throws<InvariantException>(() => call.SetInput(0, OnnxHouse.Bytes(1L)));
        call.Dispose();
        call.Dispose();
        Assert.False(running.IsCompleted);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Throws<ObjectDisposedException>(() => call.Run());
    }

    [Fact]
    public async Task A_run_without_end_is_cancelled_and_the_call_runs_again()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Counting());
        using var call = session.NewCall();
        for (var round = 0; round < 3; round++)
        {
            Assert.False(call.SetInput(0, OnnxHouse.Bytes(long.MaxValue)).IsFailure);
            using var cancelling = new CancellationTokenSource();
            var running = Task.Run(() => call.Run(cancelling.Token));
            await UntilItRunsAsync(call);
            await cancelling.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

            Assert.False(call.SetInput(0, OnnxHouse.Bytes(10L)).IsFailure);
            Assert.False(call.Run().IsFailure);
            Assert.Equal([10L], call.Output(0).As<long>().ToArray());
        }
    }

    [Fact]
    public async Task A_run_that_is_cancelled_at_any_instant_ends_one_way_or_the_other_and_never_later()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var session = OnnxHouse.Load(OnnxHouse.Counting());
        using var call = session.NewCall();
        var cancelled = 0;
        for (var round = 0; round < 300; round++)
        {
            var rounds = (long)random.Next(1, 400);
            Assert.False(call.SetInput(0, OnnxHouse.Bytes(rounds)).IsFailure);
            using var cancelling = new CancellationTokenSource();
            var spins = random.Next(20_000);
            var cancel = Task.Run(() =>
            {
                Thread.SpinWait(spins);
                cancelling.Cancel();
            });
            try
            {
                Assert.False(call.Run(cancelling.Token).IsFailure);
                Assert.Equal([rounds], call.Output(0).As<long>().ToArray());
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            await cancel;
            // The flag of the run before must not end this one.
            Assert.False(call.Run().IsFailure);
            Assert.Equal([rounds], call.Output(0).As<long>().ToArray());
        }

        output.WriteLine($"{cancelled} of 300 were cancelled");
    }

    [Fact]
    public void What_is_cancelled_before_it_begins_does_not_begin()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Counting());
        using var call = session.NewCall();
        using var binding = session.NewBinding().Value;
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(long.MaxValue)).IsFailure);

        Assert.Throws<OperationCanceledException>(() => call.Run(cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => binding.Run(cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => OnnxHouse.Runtime.Load(OnnxHouse.Twice().ToBytes(), null, cancelled.Token));
    }

    [Fact]
    public async Task Models_are_loaded_and_unloaded_by_many_threads_at_once()
    {
        var bytes = OnnxHouse.Twice().ToBytes();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (var turn = 0; turn < 40; turn++)
            {
                using var session = OnnxHouse.Runtime.Load(bytes).Value;
                using var call = session.NewCall();
                Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f), 1).IsFailure);
                Assert.False(call.Run().IsFailure);
            }
        })));
    }

    /// <summary>
    /// Asks and touches nothing: a call is one thread's, and what a second one frees while the first begins is freed twice.
    /// </summary>
    private static async Task UntilItRunsAsync(OnnxCall call)
    {
        while (!call.IsRunning) await Task.Yield();
    }
}
