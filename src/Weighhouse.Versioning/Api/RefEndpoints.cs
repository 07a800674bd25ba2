using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The native API of branches, tags and the log of refs.</summary>
internal static class RefEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        foreach (var (word, one, prefix) in new[] { ("branches", "branch", Ref.Heads), ("tags", "tag", Ref.Tags) })
        {
            api.MapGet($"/{{name}}/{word}", (HttpContext context, IRefs refs, string name) => ListAsync(context, refs, name, prefix))
                .WithMetadata(Policy.View).WithSummary($"List {word} by name").WithDescription("Query: page_size, page_token.")
                .Produces<RefPage>();
            api.MapPut(
                    $"/{{name}}/{word}/{{**reference}}",
                    (HttpContext context, IRefs refs, string name, string reference) => SetAsync(context, refs, name, prefix + reference))
                .WithMetadata(Policy.Contribute).WithSummary($"Create a {one}, or move it from where it was seen")
                .Accepts<SetRefRequest>("application/json").Produces<RefView>();
            api.MapDelete(
                    $"/{{name}}/{word}/{{**reference}}",
                    (HttpContext context, IRefs refs, string name, string reference) =>
                        DeleteAsync(context, refs, name, prefix + reference))
                .WithMetadata(Policy.Contribute).WithSummary($"Delete a {one}").WithDescription("Query: expected, the commit it is at.")
                .Produces(StatusCodes.Status204NoContent);
        }

        api.MapGet("/{name}/reflog", LogAsync).WithMetadata(Policy.View).WithSummary("Where a ref has been, latest first")
            .WithDescription("Query: ref, such as heads/main; page_size, page_token.").Produces<RefLogPage>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRefs refs, string name, string prefix)
    {
        if (!context.Request.Query.Page(RepositoryEndpoints.PageSize, RepositoryEndpoints.PageSizeMax).TryGet(out var page, out var error))
            return ApiProblem.From(error);
        var listed = await refs.ListAsync(context.Caller(), name, prefix, page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(static list => new RefPage([.. list.Items.Select(RefView.Of)], list.NextToken)), VersioningJson.Default.RefPage);
    }

    private static async Task<IResult> SetAsync(HttpContext context, IRefs refs, string name, string reference)
    {
        var (caller, cancellation) = (context.Caller(), context.RequestAborted);
        var read = await JsonBody.ReadAsync(context, VersioningJson.Default.SetRefRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (!Expected(request.Expected).TryGet(out var expected, out error)) return ApiProblem.From(error);
        if (!(await refs.ResolveAsync(caller, name, request.Commit ?? "", cancellation)).TryGet(out var commit, out error))
            return ApiProblem.From(error);
        var update = new RefUpdate([new RefChange(reference, expected, commit, request.Force)], "api");
        if ((await refs.UpdateAsync(caller, name, update, cancellation)).Error is { } refusal) return ApiProblem.From(refusal);
        var found = await refs.GetAsync(caller, name, reference, cancellation);
        return ApiResult.Ok(found.Map(RefView.Of), VersioningJson.Default.RefView);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, IRefs refs, string name, string reference)
    {
        var (caller, cancellation) = (context.Caller(), context.RequestAborted);
        if (!Expected(context.Request.Query.Text("expected")).TryGet(out var expected, out var error)) return ApiProblem.From(error);
        if (!(await refs.GetAsync(caller, name, reference, cancellation)).TryGet(out var found, out error)) return ApiProblem.From(error);
        var update = new RefUpdate([new RefChange(reference, expected ?? found.Commit, null)], "api");
        return ApiResult.Empty(await refs.UpdateAsync(caller, name, update, cancellation));
    }

    private static async Task<IResult> LogAsync(HttpContext context, IRefs refs, string name)
    {
        var query = context.Request.Query;
        if (!query.Page(RepositoryEndpoints.PageSize, RepositoryEndpoints.PageSizeMax).TryGet(out var page, out var error))
            return ApiProblem.From(error);
        var log = await refs.LogAsync(context.Caller(), name, query.Text("ref") ?? "", page, context.RequestAborted);
        return ApiResult.Ok(
            log.Map(static list => new RefLogPage(
                [
                    .. list.Items.Select(static entry => new RefLogView(
                        entry.Old?.ToString(), entry.New?.ToString(), entry.AtMs, entry.Actor, entry.Reason)),
                ],
                list.NextToken)),
            VersioningJson.Default.RefLogPage);
    }

    private static Result<Digest?> Expected(string? text)
    {
        if (string.IsNullOrEmpty(text)) return (Digest?)null;
        return Digest.TryParse(text, out var id)
            ? (Digest?)id
            : Error.Invalid($"expected is '{PlainText.Cut(text, 80)}'; send the commit's whole id.", "expected");
    }
}
