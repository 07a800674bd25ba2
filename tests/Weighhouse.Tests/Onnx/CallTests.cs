using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Tests.Onnx;

public class CallTests
{
    [Fact]
    public void A_buffer_that_is_filled_again_needs_no_other_call()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Twice());
        using var call = session.NewCall();
        var buffer = OnnxHouse.Bytes(1f, 2);
        Assert.False(call.SetInput(0, buffer, 2).IsFailure);

        for (var turn = 1; turn <= 3; turn++)
        {
            OnnxHouse.Bytes<float>(turn, -turn).CopyTo(buffer, 0);
            Assert.False(call.Run().IsFailure);
            Assert.Equal([2f * turn, -2f * turn], call.Output(0).As<float>().ToArray());
        }

        // Another length the next time.
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(5f), 1).IsFailure);
        Assert.False(call.Run().IsFailure);
        Assert.Equal([10f], call.Output(0).As<float>().ToArray());
    }

    [Fact]
    public void An_output_is_written_into_the_callers_memory()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Twice());
        using var call = session.NewCall();
        var target = new byte[8];
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 2), 2).IsFailure);
        Assert.False(call.SetOutput(0, target, 2).IsFailure);

        Assert.False(call.Run().IsFailure);

        Assert.Equal(OnnxHouse.Bytes(2f, 4), target);
        Assert.Equal([2f, 4], call.Output(0).As<float>().ToArray());
        Assert.Throws<InvariantException>(() => call.TakeOutput(0));

        // Three elements do not fit where two were promised.
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 2, 3), 3).IsFailure);
        Assert.True(call.Run().IsFailure);
        call.LeaveOutput(0);
        Assert.False(call.Run().IsFailure);
        Assert.Equal([2f, 4, 6], call.Output(0).As<float>().ToArray());
        Assert.Equal(OnnxHouse.Bytes(2f, 4), target);
    }

    [Fact]
    public void A_taken_output_outlives_its_call_and_its_session()
    {
        OnnxValue taken;
        using (var session = OnnxHouse.Load(OnnxHouse.Twice()))
        using (var call = session.NewCall())
        {
            Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 2), 2).IsFailure);
            Assert.False(call.Run().IsFailure);
            taken = call.TakeOutput(0);
            Assert.Throws<InvariantException>(() => call.TakeOutput(0));
            Assert.False(call.Run().IsFailure);
            Assert.Equal([2f, 4], call.Output(0).As<float>().ToArray());
        }

        using (taken) Assert.Equal([2f, 4], taken.As<float>().ToArray());
        Assert.Throws<ObjectDisposedException>(() => taken.Bytes.Length);
    }

    [Fact]
    public void A_value_that_a_call_holds_stays_although_its_owner_disposes_it()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Twice());
        using var call = session.NewCall();
        var memory = GC.AllocateUninitializedArray<byte>(8);
        OnnxHouse.Bytes(1f, 2).CopyTo(memory, 0);
        var value = OnnxHouse.Runtime.Wrap(memory, OnnxElementType.Float32, 2).Value;
        Assert.False(call.SetInput(0, value).IsFailure);

        value.Dispose();
        GC.Collect();
        Assert.False(call.Run().IsFailure);

        Assert.Equal([2f, 4], call.Output(0).As<float>().ToArray());
        Assert.Throws<ObjectDisposedException>(() => call.SetInput(0, value));
    }

    [Fact]
    public void A_steady_call_leaves_no_garbage()
    {
        var stack = new LayerStack("x", 4).Dense(new float[12], new float[3]).Softmax().Output("y", 3).Label("label");
        using var session = OnnxHouse.Load(stack.ToModel());
        using var call = session.NewCall();
        using var cancelling = new CancellationTokenSource();
        var buffer = new byte[8 * 16];
        var sum = Steady(call, buffer, 100, cancelling.Token);

        var before = GC.GetAllocatedBytesForCurrentThread();
        sum += Steady(call, buffer, 1_000, cancelling.Token);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.True(sum > 0);
    }

    [Fact]
    public void Shrinking_leaves_the_numbers_as_they_are()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Twice());
        using var call = session.NewCall();
        call.ShrinkMemoryAfterRuns();
        var large = new byte[4 << 20];

        Assert.False(call.SetInput(0, large, large.Length / 4).IsFailure);
        Assert.False(call.Run().IsFailure);
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(4f), 1).IsFailure);
        Assert.False(call.Run().IsFailure);

        Assert.Equal([8f], call.Output(0).As<float>().ToArray());
    }

    [Fact]
    public void A_disposed_call_is_not_used_again()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Twice());
        var call = session.NewCall();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(4f), 1).IsFailure);
        call.Dispose();
        call.Dispose();

        Assert.Throws<ObjectDisposedException>(() => call.Run());
        Assert.Throws<ObjectDisposedException>(() => call.SetInput(0, OnnxHouse.Bytes(4f), 1));
        Assert.Throws<ObjectDisposedException>(() => call.Output(0).Bytes.Length);
        Assert.Throws<ObjectDisposedException>(() => call.LeaveOutput(0));
        Assert.Throws<ObjectDisposedException>(call.ShrinkMemoryAfterRuns);
    }

    [Fact]
    public void A_binding_reads_and_writes_the_same_buffers_over_and_over()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Twice());
        using var binding = session.NewBinding().Value;
        using var input = OnnxHouse.Runtime.Allocate(OnnxElementType.Float32, 2).Value;
        using var target = OnnxHouse.Runtime.Allocate(OnnxElementType.Float32, 2).Value;
        Assert.Contains("'x' is missing", binding.Run().Error!.Message);
        Assert.False(binding.BindInput(0, input).IsFailure);
        Assert.False(binding.BindOutput(0, target).IsFailure);

        for (var turn = 0; turn < 3; turn++)
        {
            input.As<float>()[0] = turn;
            input.As<float>()[1] = 1;
            Assert.False(binding.Run().IsFailure);
            Assert.Equal([2f * turn, 2], target.As<float>().ToArray());
        }

        Assert.False(binding.BindOutput(0).IsFailure);
        Assert.False(binding.Run().IsFailure);
        using var made = Assert.Single(binding.Outputs().Value);
        Assert.Equal([4f, 2], made.As<float>().ToArray());

        binding.Clear();
        Assert.Empty(binding.Outputs().Value);
        Assert.True(binding.Run().IsFailure);
        using var wrong = OnnxHouse.Runtime.Tensor<long>(OnnxElementType.Int64, [1], 1).Value;
        Assert.Contains("Int64[1] was given", binding.BindInput(0, wrong).Error!.Message);
        Assert.Contains("Int64[1] was given", binding.BindOutput(0, wrong).Error!.Message);
    }

    [Fact]
    public void A_binding_keeps_its_session_and_its_values_while_it_lives()
    {
        var session = OnnxHouse.Load(OnnxHouse.Twice());
        var binding = session.NewBinding().Value;
        var input = OnnxHouse.Runtime.Tensor(OnnxElementType.Float32, [1], 3f).Value;
        Assert.False(binding.BindInput(0, input).IsFailure);
        Assert.False(binding.BindOutput(0).IsFailure);
        Assert.False(binding.Run().IsFailure);

        input.Dispose();
        session.Dispose();

        // The model counts as unloaded; what was made can still be read, and all is let go in order.
        Assert.Equal(ErrorCode.Unavailable, binding.Run().Error!.Code);
        using (var made = Assert.Single(binding.Outputs().Value)) Assert.Equal([6f], made.As<float>().ToArray());
        binding.Dispose();
        Assert.Throws<ObjectDisposedException>(() => binding.Run());
        Assert.Equal(ErrorCode.Unavailable, session.NewBinding().Error!.Code);
    }

    private static double Steady(OnnxCall call, Memory<byte> buffer, int turns, CancellationToken cancellation)
    {
        var sum = 0.0;
        for (var turn = 0; turn < turns; turn++)
        {
            var rows = turn % 8 + 1;
            if (call.SetInput(0, buffer[..(rows * 16)], rows, 4).IsFailure || call.Run(cancellation).IsFailure) return double.NaN;
            sum += call.Output(0).As<float>()[0] + call.Output(1).Shape[0];
        }

        return sum;
    }
}
