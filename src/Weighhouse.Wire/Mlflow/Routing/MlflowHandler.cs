using System.Text.Json;
using Weighhouse.Kernel;
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

    /// <summary>An endpoint that answers <c>{}</c> when <paramref name="run"/> succeeds.</summary>
    public static MlflowHandler Done<T, TResult>(Func<MlflowFields, T> bind, Func<MlflowCall, T, ValueTask<Result<TResult>>> run) =>
        Of(bind, async (call, request) => MlflowReply.Done(await run(call, request)));

    /// <summary>An endpoint that answers an object, whose members <paramref name="write"/> writes.</summary>
    public static MlflowHandler Json<T, TResult>(
        Func<MlflowFields, T> bind, Func<MlflowCall, T, ValueTask<Result<TResult>>> run, Action<Utf8JsonWriter, TResult> write) =>
        Of(bind, async (call, request) => MlflowReply.Json(await run(call, request), write));

    /// <summary>An endpoint that answers a list called <paramref name="name"/>, page by page.</summary>
    public static MlflowHandler Page<T, TItem>(
        Func<MlflowFields, T> bind,
        Func<MlflowCall, T, ValueTask<Result<Page<TItem>>>> run,
        string name,
        Action<Utf8JsonWriter, TItem> write) =>
        Of(bind, async (call, request) => PageReply<TItem>.Of(name, await run(call, request), write));

    public static ValueTask<MlflowReply> RunAsync<T>(
        MlflowCall call, MlflowFields fields, Func<MlflowFields, T> bind, Func<MlflowCall, T, ValueTask<MlflowReply>> run)
    {
        var request = bind(fields);
        return fields.Problems.First is { } problem ? new ValueTask<MlflowReply>(problem) : run(call, request);
    }
}
