using System.Runtime.InteropServices;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.TestKit;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Serving.Python;

/// <summary>Serving with Debian's Python.</summary>
internal static class PythonHouse
{
    public static Task<ServingHouse> StartAsync(Func<PythonOptions, PythonOptions>? with = null)
    {
        var python = new PythonOptions { Interpreter = PythonModels.Interpreter, WorkersMax = 2 };
        return ServingHouse.StartAsync(DatabaseEngine.Sqlite, options => options with { Python = with?.Invoke(python) ?? python });
    }

    /// <summary>Asks a deployment of <see cref="PythonModels.Handler"/> with one number.</summary>
    public static async Task<Result<float>> AskXAsync(
        this ServingHouse house, string deployment, float x, CancellationToken cancellation = default)
    {
        var begun = await house.Predictor.BeginAsync(Principal.Local, new ServingTarget(deployment), cancellation);
        if (!begun.TryGet(out var request, out var error)) return error;
        using (request)
        {
            var bytes = request.Rent(sizeof(float));
            MemoryMarshal.Write(bytes.Span, x);
            request.Set(0, ElementType.Float32, [1], bytes);
            if (!(await house.Predictor.PredictAsync(request, cancellation)).TryGet(out var reply, out error)) return error;
            using (reply) return reply.Output(0).As<float>()[0];
        }
    }
}
