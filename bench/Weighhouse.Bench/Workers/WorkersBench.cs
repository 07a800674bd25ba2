using System.Diagnostics;
using Weighhouse.Bench.Load;
using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Bench.Workers;

/// <summary>
/// What it costs that a model is in another process: from the request's tensors in memory to the answer's, through the door that all
/// protocols use, to a worker whose model does nothing, and back.
/// </summary>
internal sealed class WorkersBench(Report report, ScratchFolder folder, string python, bool quick)
{
    private const double SmallMicrosecondsMax = 150, LargeMicrosecondsMax = 600;
    private const int SmallBytes = 1 << 10, LargeBytes = 3 * 224 * 224 * sizeof(float);

    private readonly int _requests = quick ? 300 : 5_000;

    public async Task RunAsync()
    {
        await using var house = new WorkersHouse(folder, python);
        await house.StartAsync();
        await house.DeployAsync("first", Handler("x[:1]"));
        await house.DeployAsync("echo", Handler("x"));
        var small = await MedianAsync(house, "first", SmallBytes);
        var large = await MedianAsync(house, "first", LargeBytes);
        report.AtMost("round trip of 1 KB, one number back, p50", small, "µs", SmallMicrosecondsMax);
        report.AtMost("round trip of 600 KB, one number back, p50", large, "µs", LargeMicrosecondsMax);
        report.Note("round trip of 1 KB, and 1 KB back, p50", await MedianAsync(house, "echo", SmallBytes), "µs");
        report.Note("round trip of 600 KB, and 600 KB back, p50", await MedianAsync(house, "echo", LargeBytes), "µs");
    }

    private static Dictionary<string, byte[]> Handler(string answer) => new()
    {
        ["handler.py"] = System.Text.Encoding.UTF8.GetBytes(
            $"""
            def handle(data, context):
                if data is not None:
                    x = data["x"]
                    return {answer}
            """),
        ["signature.json"] = """
            {"inputs": [{"name": "x", "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]}}],
             "outputs": [{"name": "y", "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]}}]}
            """u8.ToArray(),
    };

    private async Task<double> MedianAsync(WorkersHouse house, string deployment, int bytes)
    {
        var times = new double[_requests];
        for (var i = -_requests / 10; i < _requests; i++)
        {
            using var request = WorkersHouse.Require(
                await house.Predictor.BeginAsync(Principal.Local, new ServingTarget(deployment), default));
            var input = request.Rent(bytes);
            input.Span.Fill(1);
            request.Set(0, ElementType.Float32, [bytes / sizeof(float)], input);
            var began = Stopwatch.GetTimestamp();
            using var reply = WorkersHouse.Require(await house.Predictor.PredictAsync(request, default));
            if (reply.Output(0).Bytes[0] != 1) throw new InvariantException("The answer is not what was sent.");
            if (i >= 0) times[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        Array.Sort(times);
        return times[_requests / 2];
    }
}
