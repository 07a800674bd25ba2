using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Files;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Repositories;

/// <summary>
/// A picture of a repository as itself, and nothing else: whatever it holds was committed by somebody, so it may not run, connect or be
/// taken for another type. All other files are downloads of the native API.
/// </summary>
internal static class PictureReply
{
    private const long BytesMax = 32L << 20;
    private const string NothingPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    public static async ValueTask<IResult> AnswerAsync(PageCall call)
    {
        if (!TreePath.Parse(call.Route("path")).TryGet(out var path, out var error)) return ApiProblem.From(error);
        if (FileKinds.ImageType(path.Name) is not { } type)
            return ApiProblem.From(Error.Precondition($"'{path}' is not a picture. Download it from the native API."));
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Files)).TryGet(out var model, out error)) return ApiProblem.From(error);
        if (model.Head is null) return ApiProblem.From(Error.NotFound("The repository has no commits."));
        var found = await call.Get<IFiles>().FindAsync(call.Caller, model.Facts.Name, model.Head.Id, path, call.Cancellation);
        if (!found.TryGet(out var file, out error)) return ApiProblem.From(error);
        if (file.Kind is not EntryKind.File) return ApiProblem.From(Error.Precondition($"'{path}' is not a file."));
        if (file.SizeBytes > BytesMax)
            return ApiProblem.From(Error.Precondition($"'{path}' has {file.SizeBytes} bytes; pictures up to {BytesMax} are shown."));
        if (await RepositoryReader.ReadStartAsync(call, model, file, BytesMax) is not { } bytes)
            return ApiProblem.From(new Error(ErrorCode.Corrupted, $"The content of '{path}' is damaged."));
        var headers = call.Http.Response.Headers;
        headers.ContentSecurityPolicy = NothingPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "private, no-cache";
        return Results.Bytes(bytes, type, entityTag: new EntityTagHeaderValue($"\"{file.Id}\""));
    }
}
