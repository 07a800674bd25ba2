using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Api;

/// <summary>The native API of versions.</summary>
internal static class VersionEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/{name}/versions", ListAsync).WithMetadata(Policy.View).WithSummary("List a model's versions, newest first")
            .WithDescription("Query: page_size, page_token.").Produces<ModelVersionPage>();
        api.MapPost("/{name}/versions", CreateAsync).WithMetadata(Policy.Contribute).WithSummary("Make the next version of a model")
            .WithDescription(
                "Of what a run logged (runId and path), a logged model, files of a repository (repository, revision and path), an upload, "
                + "or a source. The files are taken as they are; nothing is copied.")
            .Accepts<CreateModelVersionRequest>("application/json").Produces<ModelVersionView>(StatusCodes.Status201Created);
        api.MapGet("/{name}/versions/{version:long}", GetAsync).WithMetadata(Policy.View).WithSummary("Read a version")
            .Produces<ModelVersionView>();
        api.MapDelete("/{name}/versions/{version:long}", DeleteAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Delete a version; its number is not given again").Produces(StatusCodes.Status204NoContent);
        api.MapGet("/{name}/versions/{version:long}/files", FilesAsync).WithMetadata(Policy.View).WithSummary("List a version's files")
            .Produces<ModelFileList>();
        api.MapPost("/{name}/versions/{version:long}/stage", MoveAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Move a version to a stage").Accepts<MoveModelVersionRequest>("application/json").Produces<ModelVersionView>();
        api.MapGet("/{name}/aliases/{alias}", ByAliasAsync).WithMetadata(Policy.View).WithSummary("Read the version an alias points at")
            .WithDescription("The alias 'latest' is the highest version.").Produces<ModelVersionView>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IModelVersions versions, RegistryOptions options, string name)
    {
        if (!context.Request.Query.Page(ApiNames.PageSize, options.ModelPageMax).TryGet(out var page, out var error))
            return ApiProblem.From(error);
        var listed = await versions.ListAsync(context.Caller(), ApiNames.Decoded(name), page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(static found => new ModelVersionPage([.. found.Items.Select(ModelVersionView.Of)], found.NextToken)),
            RegistryJson.Default.ModelVersionPage);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IModelVersions versions, VersionRequests requests, string name)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.CreateModelVersionRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var asked = await requests.ReadAsync(context.Caller(), ApiNames.Decoded(name), request, context.RequestAborted);
        if (!asked.TryGet(out var version, out error)) return ApiProblem.From(error);
        var made = await versions.CreateAsync(context.Caller(), version, context.RequestAborted);
        return ApiResult.Created(
            made.Map(ModelVersionView.Of),
            RegistryJson.Default.ModelVersionView,
            static view => $"{ApiNames.PathOf(view.Name)}/versions/{view.Version}");
    }

    private static async Task<IResult> GetAsync(HttpContext context, IModelVersions versions, string name, long version) =>
        One(await versions.GetAsync(context.Caller(), IdOf(name, version), context.RequestAborted));

    private static async Task<IResult> ByAliasAsync(HttpContext context, IModelVersions versions, string name, string alias) =>
        One(await versions.GetByAliasAsync(context.Caller(), ApiNames.Decoded(name), alias, context.RequestAborted));

    private static async Task<IResult> DeleteAsync(HttpContext context, IModelVersions versions, string name, long version) =>
        ApiResult.Empty(await versions.DeleteAsync(context.Caller(), IdOf(name, version), context.RequestAborted));

    private static async Task<IResult> FilesAsync(HttpContext context, IModelContent content, string name, long version)
    {
        var found = await content.FilesAsync(context.Caller(), IdOf(name, version), context.RequestAborted);
        return ApiResult.Ok(
            found.Map(static model => new ModelFileList(
                [.. model.Files.Select(static file => new ModelFileView(file.Path, file.Id.ToString(), file.SizeBytes))])),
            RegistryJson.Default.ModelFileList);
    }

    private static async Task<IResult> MoveAsync(HttpContext context, IModelVersions versions, string name, long version)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.MoveModelVersionRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (string.IsNullOrEmpty(request.Stage))
            return ApiProblem.From(Error.Invalid("stage is absent; name one of the project's stages.", "stage"));
        return One(await versions.MoveAsync(
            context.Caller(), IdOf(name, version), request.Stage, request.ArchiveOthers, context.RequestAborted));
    }

    private static ModelVersionId IdOf(string name, long version) => new(ApiNames.Decoded(name), version);

    private static IResult One(Result<ModelVersion> version) =>
        ApiResult.Ok(version.Map(ModelVersionView.Of), RegistryJson.Default.ModelVersionView);
}
