using Microsoft.AspNetCore.Http.Features;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Artifacts;

/// <summary>Files of runs: through the mlflow-artifacts proxy, and by run as MLflow's pages fetch them.</summary>
internal static class ArtifactHandlers
{
    private const string Anchor = "/mlflow-artifacts/artifacts/";

    public static readonly MlflowHandler List = Handle.Of(
        static fields => ArtifactTarget.Bind(fields, "path"),
        static async (call, directory) => (await ArtifactLists.AllAsync(call, directory)).TryGet(out var entries, out var error)
            ? new PageReply<ArtifactEntry>(
                "files",
                new Page<ArtifactEntry>(entries, null),
                static (json, entry) => ArtifactLists.Write(json, entry, entry.Path.Name))
            : error);

    public static readonly MlflowHandler ListOfRun = Handle.Of(
        static fields => (Run: fields.Run(), Path: ArtifactTarget.Bind(fields, "path")),
        static async (call, request) =>
        {
            var found = await call.Runs.GetAsync(call.Caller, request.Run, call.Cancellation);
            return found.TryGet(out var run, out var error)
                ? await ArtifactLists.BelowAsync(call, run.Info.ArtifactUri, request.Path)
                : error;
        });

    /// <summary>The query names run and path; browsers come here from MLflow's pages.</summary>
    public static readonly MlflowHandler GetOfRun = Handle.Of(
        static fields => (Run: fields.Run(), Path: ArtifactTarget.BindFile(fields, "path")),
        static async (call, request) =>
        {
            var found = await call.Runs.GetAsync(call.Caller, request.Run, call.Cancellation);
            return found.TryGet(out var run, out var error)
                ? await ArtifactReply.OfAsync(call, Below(call, run.Info.ArtifactUri, request.Path))
                : error;
        });

    public static ValueTask<MlflowReply> Get(MlflowCall call) => ArtifactReply.OfAsync(call, ArtifactTarget.PathAfter(call.Http, Anchor));

    public static async ValueTask<MlflowReply> Put(MlflowCall call)
    {
        if (!ArtifactTarget.PathAfter(call.Http, Anchor).TryGet(out var path, out var error)) return error;
        LimitBody(call, call.Options.ArtifactMaxBytes);
        return MlflowReply.Done(await call.Artifacts.PutAsync(call.Caller, path, call.Http.Request.BodyReader, call.Cancellation));
    }

    public static async ValueTask<MlflowReply> Delete(MlflowCall call)
    {
        if (!ArtifactTarget.PathAfter(call.Http, Anchor).TryGet(out var path, out var error)) return error;
        if (path.IsRoot) return Error.Invalid("Invalid path: the root of the artifact store cannot be deleted.", "path");
        return MlflowReply.Done(await call.Artifacts.DeleteAsync(call.Caller, path, call.Cancellation));
    }

    /// <summary>A file dropped on MLflow's run page: the query names run and path, the body is the file.</summary>
    public static async ValueTask<MlflowReply> UploadToRun(MlflowCall call)
    {
        var fields = new MlflowFields(call.Http, call.Http.Request.Query, call.Options.ListLengthMax);
        var (id, relative) = (fields.Text("run_uuid"), fields.Text("path"));
        if (string.IsNullOrEmpty(id)) return Error.Invalid("Request must specify run_uuid.", "run_uuid");
        if (string.IsNullOrEmpty(relative)) return Error.Invalid("Request must specify path.", "path");
        if (!ArtifactTarget.Parse(relative).TryGet(out var below, out var error)) return error;
        if (call.Http.Request.ContentLength > call.Options.PageUploadMaxBytes)
            return Error.Invalid($"Artifact size is too large. Max size is {call.Options.PageUploadMaxBytes >> 20}MB.");
        if (call.Http.Request.ContentLength is 0 or null && !call.Http.Request.Headers.TransferEncoding.Contains("chunked"))
            return Error.Invalid("Request must specify data.");
        if (!(await call.Runs.GetAsync(call.Caller, new RunId(id), call.Cancellation)).TryGet(out var run, out error)) return error;
        if (!Below(call, run.Info.ArtifactUri, below).TryGet(out var path, out error)) return error;
        LimitBody(call, call.Options.PageUploadMaxBytes);
        return MlflowReply.Done(await call.Artifacts.PutAsync(call.Caller, path, call.Http.Request.BodyReader, call.Cancellation));
    }

    /// <summary>The store's path of a file named relative to a run's or a model's own directory.</summary>
    public static Result<ArtifactPath> Below(MlflowCall call, string rootUri, ArtifactPath relative) =>
        call.Artifacts.PathOf(rootUri).TryGet(out var root, out var error) ? root.Append(relative.Text) : error;

    public static void LimitBody(MlflowCall call, long maxBytes)
    {
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = maxBytes;
    }
}
