using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Routing;

internal delegate ValueTask<MlflowReply> MlflowHandler(MlflowCall call);

internal static class Handle
{
    /// <summary>
    /// The ordinary endpoint: <paramref name="bind"/> takes the fields, <paramref name="run"/> acts. It acts only on a request in which
    /// nothing was missing or wrong.
    /// </summary>
    public static MlflowHandler Of<T>(Func<MlflowFields, T> bind, Func<MlflowCall, T, ValueTask<MlflowReply>> run) => async call =>
    {
        var read = await call.ReadFieldsAsync();
        return read.TryGet(out var fields, out var error) ? await RunAsync(call, fields, bind, run) : error;
    };

    public static ValueTask<MlflowReply> RunAsync<T>(
        MlflowCall call, MlflowFields fields, Func<MlflowFields, T> bind, Func<MlflowCall, T, ValueTask<MlflowReply>> run)
    {
        var request = bind(fields);
        return fields.Problems.First is { } problem ? new ValueTask<MlflowReply>(problem) : run(call, request);
    }
}
