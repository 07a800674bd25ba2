using Weighhouse.Kernel;

namespace Weighhouse.Registry;

/// <summary>The words are shown, the numbers are stored.</summary>
public enum RequestState
{
    Open = 1,
    /// <summary>The version entered the stage by it.</summary>
    Promoted = 2,
    Rejected = 3,
    Withdrawn = 4,
    /// <summary>Nobody promoted the version in time.</summary>
    Expired = 5,
}

public enum ReviewVerdict
{
    Comment = 1,
    Approve = 2,
    Reject = 3,
}

public sealed record Review(string Reviewer, ReviewVerdict Verdict, string Comment, long AtMs);

/// <summary>Somebody asks that a version enter a stage.</summary>
/// <param name="Number">Of the server: 1, 2, 3 and so on.</param>
/// <param name="From">The stage it is in now.</param>
/// <param name="ArchivesOthers">Whether the versions that are there are archived; null for what the stage says.</param>
/// <param name="ClosedBy">Null while it is open.</param>
/// <param name="Reviews">In order of time.</param>
public sealed record PromotionRequest(
    long Number, string Project, ModelVersionId Version, string From, string Stage, bool? ArchivesOthers, string Reason, string AskedBy,
    long AskedMs, long ExpiresMs, RequestState State, string? ClosedBy, long? ClosedMs, IReadOnlyList<Review> Reviews);

/// <param name="ArchivesOthers">Null for what the stage says.</param>
/// <param name="Reason">Why; reviewers read it.</param>
public sealed record NewPromotionRequest(ModelVersionId Version, string Stage, string Reason, bool? ArchivesOthers = null);

/// <param name="Model">Null for all models that the caller may view.</param>
public sealed record RequestQuery(string? Model, RequestState? State, PageRequest Page);

/// <summary>Requests to promote versions, and what people say to them.</summary>
public interface IPromotions
{
    /// <summary>AlreadyExists while one is open for the same version and stage.</summary>
    ValueTask<Result<PromotionRequest>> AskAsync(Principal caller, NewPromotionRequest request, CancellationToken cancellation);

    ValueTask<Result<PromotionRequest>> GetAsync(Principal caller, long number, CancellationToken cancellation);

    /// <summary>The last first; only what the caller may view.</summary>
    ValueTask<Result<Page<PromotionRequest>>> ListAsync(Principal caller, RequestQuery query, CancellationToken cancellation);

    /// <summary>
    /// Who may approve on the model may approve and reject; whoever may view it may comment. A rejection closes the request. Nobody reviews
    /// their own request, or a version that they made, where the stage asks for four eyes.
    /// </summary>
    ValueTask<Result<PromotionRequest>> ReviewAsync(
        Principal caller, long number, ReviewVerdict verdict, string comment, CancellationToken cancellation);

    /// <summary>By who asked, or an administrator of the model.</summary>
    ValueTask<Result<PromotionRequest>> WithdrawAsync(Principal caller, long number, CancellationToken cancellation);

    /// <summary>Runs the gates that are due, and moves the version when nothing stands in the way any more.</summary>
    ValueTask<Result<ModelVersion>> PromoteAsync(Principal caller, long number, CancellationToken cancellation);

    /// <summary>
    /// Moves a version whatever stands in the way, for emergencies: administrators of the model only, with a reason, which the audit log,
    /// the model's history and those who are notified of it are told.
    /// </summary>
    ValueTask<Result<ModelVersion>> OverrideAsync(
        Principal caller, ModelVersionId id, string stage, bool? archiveExisting, string reason, CancellationToken cancellation);
}
