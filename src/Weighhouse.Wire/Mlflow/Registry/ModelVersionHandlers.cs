using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Wire.Mlflow.Artifacts;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Registry;

internal static class ModelVersionHandlers
{
    private const int SearchDefault = 10_000;
    private const int SearchMax = 200_000;
    private const string RunsScheme = "runs:/";

    public static readonly MlflowHandler Create = Handle.Json(
        static fields =>
        {
            var (run, model) = (fields.Text("run_id"), fields.Text("model_id"));
            var version = new NewModelVersion(
                fields.Required("name"),
                fields.Required("source"),
                string.IsNullOrEmpty(run) ? null : new RunId(run),
                fields.Text("run_link"),
                fields.Text("description"),
                fields.Tags("tags"),
                string.IsNullOrEmpty(model) ? null : new LoggedModelId(model));
            RegisteredModelHandlers.RefusePrompt(fields, version.Tags!);
            return version;
        },
        static (call, version) => call.ModelVersions.CreateAsync(call.Caller, version, call.Cancellation),
        RegistryJson.WriteVersionMember);

    public static readonly MlflowHandler Get = Handle.Json(
        Id,
        static (call, id) => call.ModelVersions.GetAsync(call.Caller, id, call.Cancellation),
        RegistryJson.WriteVersionMember);

    public static readonly MlflowHandler Search = Handle.Page(
        static fields => new VersionSearch(
            fields.Text("filter"),
            fields.Texts("order_by"),
            RegisteredModelHandlers.Page(fields, SearchDefault, SearchMax),
            FilterDialect.Mlflow),
        static (call, search) => call.ModelVersions.SearchAsync(call.Caller, search, call.Cancellation),
        "model_versions",
        RegistryJson.WriteVersion);

    public static readonly MlflowHandler Update = Handle.Json(
        static fields => (Id: Id(fields), Description: fields.Text("description")),
        static (call, request) => call.ModelVersions.DescribeAsync(call.Caller, request.Id, request.Description, call.Cancellation),
        RegistryJson.WriteVersionMember);

    public static readonly MlflowHandler Transition = Handle.Json(
        static fields => (Id: Id(fields), Stage: fields.Required("stage"), Archive: fields.Flag("archive_existing_versions")),
        static (call, request) => call.ModelVersions.MoveAsync(call.Caller, request.Id, request.Stage, request.Archive, call.Cancellation),
        RegistryJson.WriteVersionMember);

    public static readonly MlflowHandler Delete = Handle.Done(
        Id,
        static (call, id) => call.ModelVersions.DeleteAsync(call.Caller, id, call.Cancellation));

    public static readonly MlflowHandler SetTag = Handle.Done(
        static fields => (Id: Id(fields), Tag: fields.Tag()),
        static (call, request) => call.ModelVersions.SetTagAsync(call.Caller, request.Id, request.Tag, call.Cancellation));

    public static readonly MlflowHandler DeleteTag = Handle.Done(
        static fields => (Id: Id(fields), Key: fields.Required("key")),
        static (call, request) => call.ModelVersions.DeleteTagAsync(call.Caller, request.Id, request.Key, call.Cancellation));

    public static readonly MlflowHandler DownloadUri = Handle.Json(
        Id,
        static (call, id) => call.ModelVersions.GetAsync(call.Caller, id, call.Cancellation),
        static (json, version) => json.WriteString("artifact_uri"u8, version.StorageUri));

    /// <summary>The query names version and path; browsers come here from MLflow's pages.</summary>
    public static readonly MlflowHandler GetArtifact = Handle.Of(
        static fields => (Id: Id(fields), Path: ArtifactTarget.BindFile(fields, "path")),
        static async (call, request) =>
        {
            var found = await call.ModelVersions.GetAsync(call.Caller, request.Id, call.Cancellation);
            if (!found.TryGet(out var version, out var error)) return error;
            return (await FilesOfAsync(call, version)).TryGet(out var root, out error)
                ? await ArtifactReply.OfAsync(call, ArtifactHandlers.Below(call, root, request.Path))
                : error;
        });

    public static long Number(MlflowFields fields)
    {
        var text = fields.Required("version");
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)) return number;
        fields.Problems.Add(Error.Invalid(
            fields.ClientMajor is 2
                ? $"Model version must be an integer, got '{text}'"
                : $"Parameter 'version' must be an integer, got '{text}'.",
            "version"));
        return 0;
    }

    private static ModelVersionId Id(MlflowFields fields) => new(fields.Required("name"), Number(fields));

    /// <summary>A source "runs:/RUN/path" is below the run's own directory.</summary>
    private static async ValueTask<Result<string>> FilesOfAsync(MlflowCall call, ModelVersion version)
    {
        if (!version.StorageUri.StartsWith(RunsScheme, StringComparison.Ordinal)) return version.StorageUri;
        var target = version.StorageUri[RunsScheme.Length..].TrimStart('/');
        var cut = target.IndexOf('/', StringComparison.Ordinal);
        var (run, below) = cut < 0 ? (target, "") : (target[..cut], target[cut..]);
        return (await call.Runs.GetAsync(call.Caller, new RunId(run), call.Cancellation)).Map(found => found.Info.ArtifactUri + below);
    }
}
