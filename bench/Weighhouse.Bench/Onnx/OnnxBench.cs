using System.Diagnostics;
using System.Runtime.InteropServices;
using Weighhouse.Bench.Load;
using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Bench.Onnx;

/// <summary>
/// What the binding costs over the runtime itself. Both sides take turns in short stretches, and the median of their differences counts:
/// on a machine that others use, two long runs one after the other would compare the neighbours.
/// </summary>
internal sealed class OnnxBench(Report report, bool quick)
{
    private const double CostMicrosecondsMax = 2;

    private readonly int _stretches = quick ? 40 : 300;
    private readonly OnnxRuntime _runtime = Require(OnnxRuntime.Start());

    public void Run()
    {
        foreach (var rows in new[] { 1, 8, 32 }) Compare("logistic regression, 4 features", Regression(), features: 4, rows, repeats: 200);
        foreach (var rows in new[] { 1, 8, 32 }) Compare("MLP 784-256-128-10", Perceptron(), features: 784, rows, repeats: 50);
        Loads();
    }

    private static byte[] Regression() =>
        new LayerStack("x", 4).Dense(Numbers(12), Numbers(3)).Softmax().Output("y", 3).ToModel().ToBytes();

    private static byte[] Perceptron() => new LayerStack("x", 784)
        .Dense(Numbers(784 * 256), Numbers(256)).Relu().Dense(Numbers(256 * 128), Numbers(128)).Relu()
        .Dense(Numbers(128 * 10), Numbers(10)).Softmax().Output("y", 10).ToModel().ToBytes();

    private static float[] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 8)];
    }

    private void Compare(string what, byte[] model, int features, int rows, int repeats)
    {
        var input = MemoryMarshal.AsBytes<float>(Numbers(rows * features)).ToArray();
        long[] shape = [rows, features];
        using var raw = new RawRuntime(_runtime.LibraryPath, model, "x", ["y"], input, shape);
        using var session = Require(_runtime.Load(model));
        using var call = session.NewCall();
        using var binding = Require(session.NewBinding());
        using var bound = Require(_runtime.Wrap(input, OnnxElementType.Float32, shape));
        using var target = Require(_runtime.Allocate(OnnxElementType.Float32, rows, session.Outputs[0].Type.Shape![1].Size!.Value));
        Require(call.SetInput(0, input, shape));
        Require(binding.BindInput(0, bound));
        Require(binding.BindOutput(0, target));

        var sides = new Side[]
        {
            new(raw.Run), new(() => Steady(call)),
            new(() => Anew(call, input, rows, features)), new(() => Bound(binding, target)),
        };
        foreach (var side in sides) side.Warm(repeats);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var stretch = 0; stretch < _stretches; stretch++)
            foreach (var side in sides) side.Measure(repeats, stretch);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        var name = $"{what}, batch {rows}";
        report.Note($"{name}: the runtime itself", sides[0].Median(), "µs");
        report.Note("  a call with its buffer", sides[1].Median(), "µs");
        report.AtMost("  its cost", sides[1].CostOver(sides[0]), "µs", CostMicrosecondsMax);
        report.AtMost("  cost with the input set anew", sides[2].CostOver(sides[0]), "µs", CostMicrosecondsMax);
        report.Note("  a binding", sides[3].Median(), "µs");
        report.AtMost("  bytes allocated in all of them", allocated, "B", 0);
    }

    private void Loads()
    {
        var model = Perceptron();
        var sample = Sample.Repeat(quick ? 50 : 300, _ =>
        {
            using var session = Require(_runtime.Load(model));
        });
        report.Note("loading the MLP (0.9 MB), p50", sample.P50, "ms");
        var stopwatch = Stopwatch.StartNew();
        for (var i = 0; i < 300; i++) Require(OnnxModel.Read(model));
        report.Note("  of it reading the file ourselves", stopwatch.Elapsed.TotalMilliseconds / 300 * 1_000, "µs");
    }

    private static float Steady(OnnxCall call)
    {
        Require(call.Run());
        return call.Output(0).As<float>()[0];
    }

    private static float Anew(OnnxCall call, byte[] input, int rows, int features)
    {
        Require(call.SetInput(0, input, rows, features));
        return Steady(call);
    }

    private static float Bound(OnnxBinding binding, OnnxValue target)
    {
        Require(binding.Run());
        return target.As<float>()[0];
    }

    private static T Require<T>(Result<T> result) =>
        result.IsFailure ? throw new InvalidOperationException(result.Error.Message) : result.Value;

    /// <summary>One way to run the model, timed by stretches.</summary>
    private sealed class Side(Func<float> once)
    {
        private readonly double[] _microseconds = new double[1_000];
        private int _count;

        public float Sum { get; private set; }

        public void Warm(int repeats)
        {
            for (var i = 0; i < Math.Max(2_000, repeats); i++) Sum += once();
        }

        public void Measure(int repeats, int stretch)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < repeats; i++) Sum += once();
            _microseconds[stretch] = Stopwatch.GetElapsedTime(started).TotalMicroseconds / repeats;
            _count = stretch + 1;
        }

        public double Median() => Middle(_microseconds[.._count]);

        public double CostOver(Side other) =>
            Middle([.. _microseconds[.._count].Zip(other._microseconds, (own, others) => own - others)]);

        private static double Middle(double[] values)
        {
            Array.Sort(values);
            return values[values.Length / 2];
        }
    }
}
