using System.Buffers.Binary;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Blobs;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Api;

namespace Weighhouse.Versioning.Transfer;

/// <summary>Push, pull and clone: docs/formats/push-pull.md.</summary>
internal static class TransferEndpoints
{
    public const int PlanEntryBytes = Digest.Size + 9;

    private const string Offset = "Upload-Offset";
    private const string Binary = "application/octet-stream";
    private const int PushBodyBytesMax = 64 << 20;

    /// <summary>A bit for each object of the largest plan, in base64, and the commits beside it.</summary>
    private const int PullBodyBytesMax = 1 << 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/repos/{repo}").WithTags("Push and pull");
        // No type is demanded of binary bodies: routing would answer 415 before anybody asks who is there.
        api.MapGet("", DescribeAsync).WithMetadata(Policy.View).WithSummary("What a client must know to push and pull")
            .Produces<DoorView>();
        api.MapGet("/refs", ListAsync).WithMetadata(Policy.View).WithSummary("List all refs")
            .WithDescription("Query: prefix, page_size, page_token.").Produces<RefPage>();
        api.MapPost("/negotiate", NegotiateAsync).WithMetadata(Policy.Contribute).WithSummary("Which of these objects must be sent")
            .WithDescription("Body: ids, 32 bytes each. Answer: a bit each, lowest first, 1 for those to send.")
            .Produces(StatusCodes.Status200OK, contentType: Binary);
        api.MapMethods("/packs/{pack}", ["HEAD"], StandAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Where a pack's upload stands: the header Upload-Offset").Produces(StatusCodes.Status200OK);
        api.MapMethods("/packs/{pack}", ["PATCH"], ReceiveAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Upload a pack from where it stands").WithDescription("Header Upload-Offset: where the body begins in the pack.")
            .Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/packs/{pack}", ForgetAsync).WithMetadata(Policy.Contribute).WithSummary("Give an upload up")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/refs", PushAsync).WithMetadata(Policy.Contribute).WithSummary("Move refs to commits that have been sent, all or none")
            .Accepts<RefsPushRequest>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapPost("/plan", PlanAsync).WithMetadata(Policy.View).WithSummary("The objects to fetch for a history, in order")
            .WithDescription("Answer: for each object its id (32 bytes), kind (1), length (4) and length as sent (4), little endian.")
            .Accepts<PlanRequest>("application/json").Produces(StatusCodes.Status200OK, contentType: Binary);
        api.MapPost("/fetch", FetchAsync).WithMetadata(Policy.View).WithSummary("Download a part of a plan as a pack")
            .WithDescription("Query: from, count: places in the plan of the same body.")
            .Accepts<PlanRequest>("application/json").Produces(StatusCodes.Status200OK, contentType: Binary);
    }

    private static async Task<IResult> DescribeAsync(
        HttpContext context, IRepositories repositories, VersioningOptions options, string repo)
    {
        var found = await repositories.GetAsync(context.Caller(), repo, context.RequestAborted);
        return ApiResult.Ok(
            found.Map(facts => new DoorView(
                1, facts.Project, facts.Name, facts.DefaultBranch, options.NegotiatedIdsMax, options.UploadPartBytesMax,
                options.PlanObjectsMax)),
            VersioningJson.Default.DoorView);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRefs refs, string repo)
    {
        var query = context.Request.Query;
        if (!query.Page(RepositoryEndpoints.PageSizeMax, RepositoryEndpoints.PageSizeMax).TryGet(out var page, out var error))
            return ApiProblem.From(error);
        var listed = await refs.ListAsync(context.Caller(), repo, query.Text("prefix") ?? "", page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(static list => new RefPage([.. list.Items.Select(RefView.Of)], list.NextToken)), VersioningJson.Default.RefPage);
    }

    private static async Task<IResult> NegotiateAsync(HttpContext context, Pushes pushes, VersioningOptions options, string repo)
    {
        var read = await PooledBody.ReadAsync(context, options.NegotiatedIdsMax * Digest.Size);
        if (!read.TryGet(out var body, out var error)) return ApiProblem.From(error);
        Digest[] ids;
        using (body)
        {
            if (body.Span.Length % Digest.Size != 0)
                return ApiProblem.From(Error.Invalid($"The body has {body.Span.Length} bytes; ids have {Digest.Size} bytes each."));
            ids = new Digest[body.Span.Length / Digest.Size];
            for (var i = 0; i < ids.Length; i++) ids[i] = new Digest(body.Span.Slice(i * Digest.Size, Digest.Size));
        }

        var missing = await pushes.MissingAsync(context.Caller(), repo, ids, context.RequestAborted);
        return missing.TryGet(out var bits, out error) ? Results.Bytes(bits, Binary) : ApiProblem.From(error);
    }

    private static async Task<IResult> StandAsync(HttpContext context, Uploads uploads, string repo, string pack)
    {
        var stands = await uploads.OffsetAsync(context.Caller(), repo, pack, context.RequestAborted);
        if (!stands.TryGet(out var offset, out var error)) return ApiProblem.From(error);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers[Offset] = offset.ToString(CultureInfo.InvariantCulture);
        return Results.Ok();
    }

    private static async Task<IResult> ReceiveAsync(
        HttpContext context, Uploads uploads, VersioningOptions options, string repo, string pack)
    {
        if (!long.TryParse(context.Request.Headers[Offset], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return ApiProblem.From(Error.Invalid($"The header {Offset} is missing or no number: say where the body begins.", Offset));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = options.UploadPartBytesMax;
        var received = await uploads.ReceiveAsync(
            context.Caller(), repo, pack, offset, context.Request.BodyReader, context.RequestAborted);
        if (!received.TryGet(out var stands, out var error)) return ApiProblem.From(error);
        context.Response.Headers[Offset] = stands.ToString(CultureInfo.InvariantCulture);
        return Results.NoContent();
    }

    private static async Task<IResult> ForgetAsync(HttpContext context, Uploads uploads, string repo, string pack) =>
        ApiResult.Empty(await uploads.ForgetAsync(context.Caller(), repo, pack, context.RequestAborted));

    private static async Task<IResult> PushAsync(HttpContext context, Pushes pushes, string repo)
    {
        var read = await JsonBody.ReadAsync(context, VersioningJson.Default.RefsPushRequest, PushBodyBytesMax);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var changes = new List<RefChange>();
        foreach (var change in request.Changes ?? [])
        {
            if (!Id(change.Old, "old").TryGet(out var old, out error)) return ApiProblem.From(error);
            if (!Id(change.New, "new").TryGet(out var moved, out error)) return ApiProblem.From(error);
            changes.Add(new RefChange(change.Name ?? "", old, moved, change.Force));
        }

        if (!Ids(request.Commits, "commits").TryGet(out var commits, out error)) return ApiProblem.From(error);
        return ApiResult.Empty(await pushes.UpdateAsync(
            context.Caller(), repo, changes, commits, request.Reason ?? "push", context.RequestAborted));
    }

    private static async Task<IResult> PlanAsync(HttpContext context, Pulls pulls, IObjectStore store, string repo)
    {
        if (!(await AskedAsync(context, pulls, repo)).TryGet(out var asked, out var error)) return ApiProblem.From(error);
        var ids = asked.Plan.Ids;
        return Results.Stream(
            async target =>
            {
                var entries = new byte[PlanEntryBytes * 1_024];
                for (var i = 0; i < ids.Count;)
                {
                    var length = 0;
                    for (; i < ids.Count && length < entries.Length; i++, length += PlanEntryBytes)
                        Describe(store, ids[i], entries.AsSpan(length));
                    await target.WriteAsync(entries.AsMemory(0, length), context.RequestAborted);
                }
            },
            Binary);
    }

    private static async Task<IResult> FetchAsync(HttpContext context, Pulls pulls, string repo)
    {
        var query = context.Request.Query;
        if (!(await AskedAsync(context, pulls, repo)).TryGet(out var asked, out var error)) return ApiProblem.From(error);
        var total = asked.Plan.Ids.Count;
        if (!query.Int("from", 0, 0, total).TryGet(out var from, out error)) return ApiProblem.From(error);
        if (!query.Int("count", total - from, 0, total - from).TryGet(out var count, out error)) return ApiProblem.From(error);
        if (asked.Lacking is { } bits && bits.Length < (count + 7) / 8)
            return ApiProblem.From(Error.Invalid($"lacking has {bits.Length} bytes, fewer than {count} objects need.", "lacking"));
        return new PackReply(async () =>
        {
            context.Response.ContentType = Binary;
            return await pulls.SendAsync(
                asked.Plan, from, count, i => asked.Lacking is null || (asked.Lacking[(i - from) / 8] >> ((i - from) % 8) & 1) != 0,
                context.Response.BodyWriter, context.RequestAborted);
        });
    }

    private static void Describe(IObjectStore store, Digest id, Span<byte> entry)
    {
        var info = store.Describe(id) ?? default;
        // What is stored against another object is unpacked for the way: its length then is not known before.
        id.CopyTo(entry);
        entry[Digest.Size] = (byte)info.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(entry[(Digest.Size + 1)..], info.RawBytes);
        var sentBytes = info.Codec > ObjectCodec.Brotli ? info.RawBytes : info.StoredBytes;
        BinaryPrimitives.WriteInt32LittleEndian(entry[(Digest.Size + 5)..], sentBytes);
    }

    private static async ValueTask<Result<(PullPlan Plan, byte[]? Lacking)>> AskedAsync(HttpContext context, Pulls pulls, string repo)
    {
        var read = await JsonBody.ReadAsync(context, VersioningJson.Default.PlanRequest, PullBodyBytesMax);
        if (!read.TryGet(out var request, out var error)) return error;
        if (!Ids(request.Want, "want").TryGet(out var want, out error)) return error;
        if (!Ids(request.Have, "have").TryGet(out var have, out error)) return error;
        byte[]? lacking = null;
        if (request.Lacking is { } text)
        {
            lacking = new byte[text.Length];
            if (!Convert.TryFromBase64String(text, lacking, out var length)) return Error.Invalid("lacking is not base64.", "lacking");
            Array.Resize(ref lacking, length);
        }

        var planned = await pulls.PlanAsync(context.Caller(), repo, want, have, context.RequestAborted);
        return planned.Map(plan => (plan, lacking));
    }

    private static Result<List<Digest>> Ids(IReadOnlyList<string>? texts, string field)
    {
        var ids = new List<Digest>(texts?.Count ?? 0);
        foreach (var text in texts ?? [])
        {
            if (!Digest.TryParse(text, out var id)) return BadId(text, field);
            ids.Add(id);
        }

        return ids;
    }

    private static Result<Digest?> Id(string? text, string field)
    {
        if (string.IsNullOrEmpty(text)) return (Digest?)null;
        return Digest.TryParse(text, out var id) ? (Digest?)id : BadId(text, field);
    }

    private static Error BadId(string? text, string field) =>
        Error.Invalid($"{field} has '{PlainText.Cut(text ?? "", 80)}'; an id is 64 hexadecimal digits.", field);
}
