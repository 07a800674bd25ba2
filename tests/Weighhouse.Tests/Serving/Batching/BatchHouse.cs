using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Serving.Batching;
using Weighhouse.Serving.Canaries;
using Weighhouse.Serving.Loading;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Serving.Batching;

/// <summary>A loaded version of a <see cref="RowModel"/> that batches, by a clock that the test moves.</summary>
internal sealed class BatchHouse : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public BatchHouse(BatchPolicy? policy, RowModel? model = null, int runsAtOnce = 1)
    {
        Model = model ?? new RowModel();
        var options = new ServingOptions { Folder = "", BatchRunsAtOnce = runsAtOnce };
        var metrics = new ServingMetrics(_services.GetRequiredService<IMeterFactory>());
        var parts = new BatchParts(options, metrics, Time, NullLogger<BatchParts>.Instance);
        var served = new ServedVersion("default", "d", "m", 1, "rows", Model.Shape, Model.Facts);
        Version = new LoadedVersion(served, Model, new VersionCounters(Time), options, parts);
        Version.Batch(policy);
    }

    public ManualTime Time { get; } = new();

    public RowModel Model { get; }

    public LoadedVersion Version { get; }

    /// <summary>A request that holds the version, as <see cref="IPredictor.BeginAsync"/> makes it.</summary>
    public InferenceRequest Request(float[][] rows, int priority = 0, ArmTally? arm = null)
    {
        Invariant.That(Version.TryHold());
        var request = new InferenceRequest(Version.Served, Version) { Priority = priority, Arm = arm };
        var width = rows.Length == 0 ? 1 : rows[0].Length;
        var numbers = request.Rent(rows.Length * width * sizeof(float));
        MemoryMarshal.AsBytes<float>(rows.SelectMany(static row => row).ToArray()).CopyTo(numbers.Span);
        request.Set(0, ElementType.Float32, [rows.Length, width], numbers);
        var texts = rows.Select(static row => Encoding.UTF8.GetBytes(TextOf(row))).ToArray();
        var bytes = request.Rent(texts.Sum(static text => text.Length));
        var slices = request.RentSlices(rows.Length);
        for (var (i, at) = (0, 0); i < texts.Length; i++)
        {
            texts[i].CopyTo(bytes.Span[at..]);
            slices.Span[i] = new TextSlice(at, texts[i].Length);
            at += texts[i].Length;
        }

        request.SetTexts(1, [rows.Length], bytes, slices);
        return request;
    }

    /// <summary>Asks, and holds the answer against what the rows should be; the error when there is one.</summary>
    public async Task<Error?> AskAsync(
        float[][] rows, int priority = 0, int paddedWidth = 0, CancellationToken cancellation = default)
    {
        using var request = Request(rows, priority);
        if (rows.Length % 2 == 1) request.Ask(1);
        if (rows.Length % 2 == 1) request.Ask(0);
        var ran = await Version.RunAsync(request, new PredictionId(1, (ulong)rows.Length), cancellation);
        if (!ran.TryGet(out var reply, out var error)) return error;
        using (reply) Check(reply, rows, paddedWidth);
        return null;
    }

    public void Dispose()
    {
        Version.Dispose();
        _services.Dispose();
    }

    private static string TextOf(float[] row) => row.Length == 0 ? "" : $"é{row[0]}";

    private static void Check(InferenceReply reply, float[][] rows, int paddedWidth)
    {
        Assert.Equal((2, new PredictionId(1, (ulong)rows.Length)), (reply.Count, reply.Id));
        for (var i = 0; i < reply.Count; i++)
        {
            var output = reply.Output(i);
            Assert.Equal(rows.Length, output.Shape[0]);
            if (output.Element is ElementType.Text)
            {
                Assert.Equal(rows.Length, output.Count);
                for (var row = 0; row < rows.Length; row++) Assert.Equal(TextOf(rows[row]), Encoding.UTF8.GetString(output.Text(row)));
                continue;
            }

            var width = (int)output.Shape[1];
            if (paddedWidth == 0) Assert.Equal(rows[0].Length, width);
            var expected = rows.SelectMany(row => row.Select(static number => 2 * number).Concat(new float[width - row.Length]));
            Assert.Equal(expected, output.As<float>().ToArray());
        }
    }
}
