using System.Diagnostics;
using System.Runtime.CompilerServices;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Onnx;

/// <summary>Memory is measured: nobody else takes any meanwhile.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>What runs for months: nothing may be left behind, and nothing in a file may end the process.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class EnduranceTests(ITestOutputHelper output)
{
    private const long GrowthBytesMax = 24 << 20;

    [Fact]
    public void Ten_thousand_loads_leave_neither_memory_nor_files_behind()
    {
        using var folder = new TemporaryFolder();
        var model = new LayerStack("x", 64).Dense(new float[64 * 256], new float[256]).Relu().Output("y", 256).ToModel();
        var weights = model.Graph.Weights.Find(tensor => tensor.Bytes.Length > 4096)!;
        File.WriteAllBytes(folder["weights.bin"], weights.Bytes.ToArray());
        (weights.External, weights.Bytes) = (new OnnxExternalData("weights.bin"), default);
        File.WriteAllBytes(folder["model.onnx"], model.ToBytes());
        for (var i = 0; i < 500; i++) LoadAndRun(folder["model.onnx"], i);
        var (memory, files) = Measure();

        for (var i = 0; i < 10_000; i++) LoadAndRun(folder["model.onnx"], i);

        var (memoryAfter, filesAfter) = Measure();
        output.WriteLine($"memory {memory:N0} → {memoryAfter:N0} bytes, open files {files} → {filesAfter}");
        // 64 KiB of weights each: a leak of them alone would be 650 MB.
        Assert.InRange(memoryAfter - memory, long.MinValue, GrowthBytesMax);
        Assert.InRange(filesAfter - files, int.MinValue, 8);
    }

    [Fact]
    public void What_nobody_disposes_the_finalizer_takes()
    {
        using var session = OnnxHouse.Load(OnnxHouse.Twice());
        for (var i = 0; i < 200; i++) Forget(session);
        var (memory, _) = Measure();

        for (var i = 0; i < 3_000; i++) Forget(session);

        var (memoryAfter, _) = Measure();
        output.WriteLine($"memory {memory:N0} → {memoryAfter:N0} bytes");
        // 256 KiB each: all of them would be 750 MB.
        Assert.InRange(memoryAfter - memory, long.MinValue, 4 * GrowthBytesMax);
    }

    [Fact]
    public void Damaged_models_are_refused_or_loaded_and_the_process_lives()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[][] sound =
        [
            new LayerStack("x", 4).Dense(new float[12], new float[3]).Softmax().Output("y", 3).Label("label", "a", "b", "c").ToModel()
                .ToBytes(),
            new LayerStack("x", 1, 6, 6).Convolution(new float[18], [2, 1, 3, 3], new float[2], padding: 1).Relu().MaxPool(2, 2).Flatten()
                .Dense(new float[18 * 2], new float[2]).Output("y", 2).ToModel().ToBytes(),
            new TreeEnsemble(4, [PlainLayers.Tree(new Random(1), features: 4, depth: 3, sums: 2)]).ToClassifier(2).ToBytes(),
        ];
        var loaded = 0;

        for (var round = 0; round < 3_000; round++)
        {
            var result = OnnxHouse.Runtime.Load(Damage.Of(sound[round % sound.Length], random));
            if (result.IsFailure)
            {
                Assert.NotEmpty(result.Error.Message);
                continue;
            }

            loaded++;
            using var session = result.Value;
            using var call = session.NewCall();
            var shape = session.Inputs is [{ Type: { ElementType: OnnxElementType.Float32, Shape: { } sizes } }]
                ? sizes.Select(size => size.Size ?? 2).ToArray() : [];
            // What runs, runs; what the damage made impossible is refused.
            if (OnnxElementTypes.CountOf(shape) is > 1 and < 10_000 && !call.SetInput(0, new byte[Count(shape) * 4], shape).IsFailure)
                call.Run();
        }

        output.WriteLine($"{loaded} of 3000 were still models");
    }

    private static long Count(long[] shape) => OnnxElementTypes.CountOf(shape);

    private static void LoadAndRun(string path, int turn)
    {
        using var session = OnnxHouse.Runtime.Load(path).Value;
        if (turn % 10 != 0) return;
        using var call = session.NewCall();
        Assert.False(call.SetInput(0, new byte[64 * 4], 1, 64).IsFailure);
        Assert.False(call.Run().IsFailure);
        using var taken = call.TakeOutput(0);
        using var binding = session.NewBinding().Value;
    }

    /// <summary>In a method of its own, so that no local of the test keeps what it makes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(OnnxSession session)
    {
        var value = OnnxHouse.Runtime.Allocate(OnnxElementType.Float32, 1 << 16).Value;
        var call = session.NewCall();
        Assert.False(call.SetInput(0, value).IsFailure);
        var binding = session.NewBinding().Value;
        Assert.False(binding.BindInput(0, value).IsFailure);
    }

    private static (long MemoryBytes, int Files) Measure()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using var self = Process.GetCurrentProcess();
        // What the collector keeps for itself says nothing of what the runtime keeps.
        var managed = GC.GetGCMemoryInfo().TotalCommittedBytes;
        return OperatingSystem.IsLinux()
            ? (ResidentBytes() - managed, Directory.GetFiles("/proc/self/fd").Length)
            : (self.PrivateMemorySize64 - managed, self.HandleCount);
    }

    private static long ResidentBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(each => each.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) << 10;
    }
}
