using Weighhouse.Kernel;
using Weighhouse.Serving.Fleet;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Prediction;

internal sealed class Predictor : IPredictor
{
    private readonly ServingFleet _fleet;
    private readonly ulong _process;
    private ulong _number;

    public Predictor(ServingFleet fleet, IdGenerator ids)
    {
        _fleet = fleet;
        // Once a process, not once a request: a counter makes ids that are as unique and costs nothing.
        Span<byte> chance = stackalloc byte[8];
        ids.Fill(chance);
        _process = BitConverter.ToUInt64(chance);
    }

    public ValueTask<Result<InferenceRequest>> BeginAsync(Principal caller, ServingTarget target, CancellationToken cancellation)
    {
        while (true)
        {
            if (!_fleet.Table.Find(caller, target.Deployment).TryGet(out var deployment, out var error)) return new(error);
            if (!deployment.Choose(target).TryGet(out var choice, out error)) return new(error);
            var version = choice.Version;
            // It was closed since the table was read: there is another table by now.
            if (version.TryHold()) return new(new InferenceRequest(version.Served, version) { Arm = choice.Arm });
        }
    }

    public async ValueTask<Result<InferenceReply>> PredictAsync(InferenceRequest request, CancellationToken cancellation)
    {
        if (request.Lease is not LoadedVersion version) throw new InvariantException("A request is begun before it is predicted.");
        var began = version.Counters.Now;
        var hasFailed = true;
        try
        {
            var ran = RefuseInputs(request) is { } wrong
                ? wrong
                : await version.RunAsync(request, new PredictionId(_process, Interlocked.Increment(ref _number)), cancellation);
            hasFailed = ran.IsFailure;
            if (hasFailed) version.Counters.AddFailure(began);
            else version.Counters.AddSuccess(began, request.WaitedTicks, RowsOf(request));
            return ran;
        }
        finally
        {
            // One that its client gave up counts as failed: whoever hangs is left.
            request.IsCounted = true;
            request.Arm?.Add(hasFailed, version.Counters.Now - began - request.WaitedTicks);
        }
    }

    private static long RowsOf(InferenceRequest request)
    {
        if (request.Shape.Inputs.Count == 0) return 1;
        var shape = request.Input(0).Shape;
        return shape.Length == 0 ? 1 : shape[0];
    }

    private static Error? RefuseInputs(InferenceRequest request)
    {
        for (var i = 0; i < request.Shape.Inputs.Count; i++)
        {
            var port = request.Shape.Inputs[i];
            if (!request.Has(i))
                return Error.Invalid($"The input '{port.Name}' is missing; the model takes {Names(request.Shape.Inputs)}.", port.Name);
            var input = request.Input(i);
            if (input.Element != port.Element)
                return Error.Invalid($"The input '{port.Name}' is of {input.Element}; the model takes {port.Element}.", port.Name);
            if (!port.Accepts(input.Shape))
            {
                return Error.Invalid(
                    $"The input '{port.Name}' has the shape [{string.Join(',', input.Shape.ToArray())}]; the model takes "
                    + $"[{string.Join(',', port.Dimensions!)}], where -1 is any size.",
                    port.Name);
            }
        }

        return null;
    }

    private static string Names(IReadOnlyList<PortShape> ports) => string.Join(", ", ports.Select(static port => $"'{port.Name}'"));
}
