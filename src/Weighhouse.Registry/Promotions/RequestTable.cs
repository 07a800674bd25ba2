using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Promotions;

/// <summary>A request as it is stored.</summary>
/// <param name="MadeBy">Who made the version.</param>
internal sealed record StoredRequest(long ModelNumber, long VersionNumber, string MadeBy, PromotionRequest Request)
{
    /// <summary>What it is at an instant: one that nobody closed in time is as good as closed.</summary>
    public RequestState StateAt(long nowMs) =>
        Request.State is RequestState.Open && nowMs >= Request.ExpiresMs ? RequestState.Expired : Request.State;
}

/// <summary>Requests and what people said to them, inside a session.</summary>
internal static class RequestTable
{
    private static readonly SqlText FindRequest = RegistrySql.Catalog["FindRequest"];
    private static readonly SqlText FindOpenRequest = RegistrySql.Catalog["FindOpenRequest"];
    private static readonly SqlText ListRequests = RegistrySql.Catalog["ListRequests"];
    private static readonly SqlText ListRequestsOfModel = RegistrySql.Catalog["ListRequestsOfModel"];
    private static readonly SqlText AddRequest = RegistrySql.Catalog["AddRequest"];
    private static readonly SqlText CloseRequest = RegistrySql.Catalog["CloseRequest"];
    private static readonly SqlText AddReview = RegistrySql.Catalog["AddReview"];
    private static readonly SqlText ListReviews = RegistrySql.Catalog["ListReviews"];
    private static readonly SqlText CountReviews = RegistrySql.Catalog["CountReviews"];

    public static async ValueTask<Result<StoredRequest>> FindAsync(DbSession session, long number) =>
        await session.Prepare(FindRequest).Bind("request_no", number).FirstAsync(Read) is { } found
            ? await LoadAsync(session, found)
            : Error.NotFound($"There is no promotion request {number}.");

    /// <summary>That of the version for the stage which is open or has expired unnoticed; null when there is none.</summary>
    public static async ValueTask<StoredRequest?> OpenAsync(DbSession session, long versionNumber, string stage) =>
        await session.Prepare(FindOpenRequest).Bind("version_no", versionNumber).Bind("stage", stage).FirstAsync(Read) is { } found
            ? await LoadAsync(session, found)
            : null;

    /// <summary>Without their reviews, the last first.</summary>
    public static ValueTask<List<StoredRequest>> ListAsync(DbSession session, StoredModel? model, long before, long limit) =>
        (model is null
            ? session.Prepare(ListRequests)
            : session.Prepare(ListRequestsOfModel).Bind("model_no", model.Number))
        .Bind("before_no", before).Bind("limit", limit).ListAsync(Read);

    public static async ValueTask<long> AddAsync(DbSession session, StoredVersion version, PromotionRequest request)
    {
        var number = await session.Prepare(AddRequest)
            .Bind("model_no", version.ModelNumber)
            .Bind("version_no", version.Number)
            .Bind("stage", request.Stage)
            .Bind("archives_others", request.ArchivesOthers is { } others ? others ? 1L : 0L : null)
            .Bind("reason", request.Reason)
            .Bind("asked_by", request.AskedBy)
            .Bind("asked_ms", request.AskedMs)
            .Bind("expires_ms", request.ExpiresMs)
            .LongAsync();
        Invariant.That(number is not null);
        return number.Value;
    }

    public static async ValueTask CloseAsync(DbSession session, long number, RequestState state, string by, long nowMs) =>
        await session.Prepare(CloseRequest)
            .Bind("state", (long)state).Bind("closed_by", by).Bind("closed_ms", nowMs).Bind("request_no", number).ExecuteAsync();

    public static async ValueTask ReviewAsync(DbSession session, long number, Review review) =>
        await session.Prepare(AddReview)
            .Bind("request_no", number).Bind("reviewer", review.Reviewer).Bind("verdict", (long)review.Verdict)
            .Bind("comment", review.Comment).Bind("at_ms", review.AtMs).ExecuteAsync();

    public static async ValueTask<long> CountReviewsAsync(DbSession session, long number) =>
        await session.Prepare(CountReviews).Bind("request_no", number).LongAsync() ?? 0;

    public static async ValueTask<StoredRequest> LoadAsync(DbSession session, StoredRequest found)
    {
        var reviews = await session.Prepare(ListReviews).Bind("request_no", found.Request.Number)
            .ListAsync(static row => new Review(row.Text(0), (ReviewVerdict)row.Long(1), row.Text(2), row.Long(3)));
        return found with { Request = found.Request with { Reviews = reviews } };
    }

    private static StoredRequest Read(DbRow row) => new(
        row.Long(1),
        row.Long(2),
        row.Text(16),
        new PromotionRequest(
            row.Long(0), row.Text(3), new ModelVersionId(row.Text(4), row.Long(5)), row.Text(6), row.Text(7),
            row.IsNull(8) ? null : row.Bool(8), row.Text(9), row.Text(10), row.Long(11), row.Long(12), (RequestState)row.Long(13),
            row.TextOrNull(14), row.LongOrNull(15), []));
}
