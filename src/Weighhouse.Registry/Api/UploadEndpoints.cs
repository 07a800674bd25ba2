using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Registry.Versions;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Api;

/// <summary>The native API of files that are sent to be a version.</summary>
internal static class UploadEndpoints
{
    private const long FirstExperiment = 0;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/{name}/uploads", BeginAsync).WithMetadata(Policy.Contribute).WithSummary("Begin to send the files of a version")
            .WithDescription(
                "The files are kept as a logged model, so that clients of MLflow find them. Query: experiment, the number of the "
                + "experiment it belongs to; 0 when absent.")
            .Produces<UploadView>(StatusCodes.Status201Created);
        api.MapPut("/{name}/uploads/{upload}/files/{**path}", PutAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Send a file of a version").WithDescription("The body is the file. One sent again is replaced.")
            .Produces<UploadedFileView>();
        api.MapDelete("/{name}/uploads/{upload}", ForgetAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Give up an upload that is not whole").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> BeginAsync(HttpContext context, ModelUploads uploads, string name)
    {
        if (!context.Request.Query.Long("experiment").TryGet(out var experiment, out var error)) return ApiProblem.From(error);
        var model = ApiNames.Decoded(name);
        var begun = await uploads.BeginAsync(
            context.Caller(), model, new ExperimentId(experiment ?? FirstExperiment), context.RequestAborted);
        return ApiResult.Created(
            begun.Map(static made => new UploadView(made.Id.Text)),
            RegistryJson.Default.UploadView,
            view => $"{ApiNames.PathOf(model)}/uploads/{view.Upload}");
    }

    private static async Task<IResult> PutAsync(HttpContext context, ModelUploads uploads, string upload, string? path)
    {
        var stored = await uploads.PutAsync(
            context.Caller(), new LoggedModelId(upload), path ?? "", context.Request.BodyReader, context.RequestAborted);
        return ApiResult.Ok(
            stored.Map(file => new UploadedFileView(path ?? "", file.Content?.Id.ToString() ?? "", file.Content?.SizeBytes ?? 0)),
            RegistryJson.Default.UploadedFileView);
    }

    private static async Task<IResult> ForgetAsync(HttpContext context, ModelUploads uploads, string upload) =>
        ApiResult.Empty(await uploads.ForgetAsync(context.Caller(), new LoggedModelId(upload), context.RequestAborted));
}
