using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Registry;

internal static class RegisteredModelHandlers
{
    private const int SearchDefault = 100;
    private const int SearchMax = 1_000;
    private const string PromptKey = "mlflow.prompt.is_prompt";

    public static readonly MlflowHandler Create = Handle.Json(
        static fields =>
        {
            var model = new NewRegisteredModel(fields.Required("name"), fields.TextOrNull("description"), fields.Tags("tags"));
            RefusePrompt(fields, model.Tags!);
            return model;
        },
        static (call, model) => call.RegisteredModels.CreateAsync(call.Caller, model, call.Cancellation),
        RegistryJson.WriteModelMember);

    public static readonly MlflowHandler Get = Handle.Json(
        static fields => fields.Required("name"),
        static (call, name) => call.RegisteredModels.GetAsync(call.Caller, name, call.Cancellation),
        RegistryJson.WriteModelMember);

    public static readonly MlflowHandler Search = Handle.Page(
        static fields => new ModelSearch(
            fields.TextOrNull("filter"), fields.Texts("order_by"), Page(fields, SearchDefault, SearchMax), FilterDialect.Mlflow),
        static (call, search) => call.RegisteredModels.SearchAsync(call.Caller, search, call.Cancellation),
        "registered_models",
        RegistryJson.WriteModel);

    public static readonly MlflowHandler Update = Handle.Json(
        static fields => (Name: fields.Required("name"), Description: fields.Text("description")),
        static (call, request) => call.RegisteredModels.DescribeAsync(call.Caller, request.Name, request.Description, call.Cancellation),
        RegistryJson.WriteModelMember);

    public static readonly MlflowHandler Rename = Handle.Json(
        static fields => (Name: fields.Required("name"), NewName: fields.Required("new_name")),
        static (call, request) => call.RegisteredModels.RenameAsync(call.Caller, request.Name, request.NewName, call.Cancellation),
        RegistryJson.WriteModelMember);

    public static readonly MlflowHandler Delete = Handle.Done(
        static fields => fields.Required("name"),
        static (call, name) => call.RegisteredModels.DeleteAsync(call.Caller, name, call.Cancellation));

    public static readonly MlflowHandler SetTag = Handle.Done(
        static fields => (Name: fields.Required("name"), Tag: fields.Tag()),
        static (call, request) => call.RegisteredModels.SetTagAsync(call.Caller, request.Name, request.Tag, call.Cancellation));

    public static readonly MlflowHandler DeleteTag = Handle.Done(
        static fields => (Name: fields.Required("name"), Key: fields.Required("key")),
        static (call, request) => call.RegisteredModels.DeleteTagAsync(call.Caller, request.Name, request.Key, call.Cancellation));

    public static readonly MlflowHandler SetAlias = Handle.Done(
        static fields =>
        {
            var name = fields.Required("name");
            var alias = fields.Required("alias");
            return (Version: new ModelVersionId(name, ModelVersionHandlers.Number(fields)), Alias: alias);
        },
        static (call, request) => call.RegisteredModels.SetAliasAsync(call.Caller, request.Version, request.Alias, call.Cancellation));

    public static readonly MlflowHandler DeleteAlias = Handle.Done(
        static fields => (Name: fields.Required("name"), Alias: fields.Required("alias")),
        static (call, request) => call.RegisteredModels.DeleteAliasAsync(call.Caller, request.Name, request.Alias, call.Cancellation));

    /// <summary>An alias that is not there answers 400 in MLflow, a model that is not there 404.</summary>
    public static readonly MlflowHandler GetByAlias = Handle.Of(
        static fields => (Name: fields.Required("name"), Alias: fields.Required("alias")),
        static async (call, request) =>
        {
            var found = await call.ModelVersions.GetByAliasAsync(call.Caller, request.Name, request.Alias, call.Cancellation);
            return found.Error is { Code: ErrorCode.NotFound, Field: "alias" } missing
                ? missing with { Code = ErrorCode.InvalidArgument }
                : MlflowReply.Json(found, RegistryJson.WriteVersionMember);
        });

    public static readonly MlflowHandler LatestVersions = Handle.Json(
        static fields => (Name: fields.Required("name"), Stages: fields.Texts("stages")),
        static (call, request) => call.ModelVersions.LatestAsync(call.Caller, request.Name, request.Stages, call.Cancellation),
        static (json, versions) => RegistryJson.WriteVersions(json, "model_versions"u8, versions));

    /// <summary>MLflow keeps prompts as registered models of a kind. Weighhouse keeps none, and says so instead of half doing it.</summary>
    public static void RefusePrompt(MlflowFields fields, IReadOnlyList<Tag> tags)
    {
        if (tags.Any(static tag => tag.Key is PromptKey))
            fields.Problems.Add(new Error(ErrorCode.NotSupported, "Prompts are not supported by Weighhouse. Keep them with your code."));
    }

    /// <summary>A page larger than MLflow's largest is refused in the words of a wrong type, as MLflow does.</summary>
    public static PageRequest Page(MlflowFields fields, int absent, int max)
    {
        if (fields.Long("max_results") is { } asked && asked > max)
            fields.Problems.WrongType("max_results", $"{asked}", "int");
        return fields.Page(absent, max);
    }
}
