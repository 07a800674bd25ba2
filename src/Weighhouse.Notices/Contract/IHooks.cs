using Weighhouse.Kernel;

namespace Weighhouse.Notices;

/// <summary>In which words a receiver is told.</summary>
public enum HookShape
{
    Weighhouse,
    Slack,
    Teams,
}

/// <param name="SubjectKind">With <paramref name="SubjectName"/> the one subject that it tells of; null for all of the project.</param>
/// <param name="Types">Patterns of types, in which '*' stands for anything: "version.*".</param>
public sealed record NewHook(
    string Name, string Url, HookShape Shape, IReadOnlyList<string> Types, string? Secret, string? Project = null,
    string? SubjectKind = null, string? SubjectName = null, bool IsActive = true);

/// <summary>What of a hook is to be another; null for what is to stay.</summary>
public sealed record HookChange(string? Url = null, HookShape? Shape = null, IReadOnlyList<string>? Types = null, string? Secret = null,
    bool? IsActive = null);

/// <summary>An address that is told what happens. Its secret is never told.</summary>
public sealed record Hook(
    string Id, string Name, string Project, string? SubjectKind, string? SubjectName, string Url, HookShape Shape,
    IReadOnlyList<string> Types, bool IsSigned, bool IsActive, string CreatedBy, long CreatedMs, long UpdatedMs)
{
    /// <summary>Who administers it may manage the hook.</summary>
    public Scope Scope => SubjectKind is null ? Scope.OfProject(Project) : new Scope(Project, SubjectKind, SubjectName);
}

public enum DeliveryState
{
    Waiting,
    Delivered,
    Dead,
}

/// <param name="Status">What HTTP answered; null when nobody did.</param>
/// <param name="Answer">The first KiB of it.</param>
public sealed record DeliveryAttempt(int Number, long AtMs, long DurationMs, int? Status, string? Error, string? Answer);

/// <param name="EventJson">What is told, whatever the shape.</param>
/// <param name="DueMs">When it is tried next, for one that waits.</param>
public sealed record Delivery(
    string Id, string Type, string Subject, string EventJson, DeliveryState State, int AttemptsCount, long DueMs, long CreatedMs,
    long ChangedMs, IReadOnlyList<DeliveryAttempt> Attempts);

/// <param name="Count">How many are told again.</param>
/// <param name="HasMore">Whether others that died are left for the next call.</param>
public sealed record Replayed(int Count, bool HasMore);

/// <summary>Addresses that are told what happens, and what became of it.</summary>
public interface IHooks
{
    ValueTask<Result<Hook>> CreateAsync(Principal caller, NewHook hook, CancellationToken cancellation);

    ValueTask<Result<Hook>> ChangeAsync(Principal caller, string id, HookChange change, CancellationToken cancellation);

    ValueTask<Result<Done>> DeleteAsync(Principal caller, string id, CancellationToken cancellation);

    ValueTask<Result<Hook>> GetAsync(Principal caller, string id, CancellationToken cancellation);

    /// <summary>Those that the caller may manage.</summary>
    ValueTask<Result<Page<Hook>>> ListAsync(Principal caller, PageRequest page, CancellationToken cancellation);

    /// <summary>Has a delivery made that says nothing but that it works.</summary>
    ValueTask<Result<Delivery>> TestAsync(Principal caller, string id, CancellationToken cancellation);

    /// <summary>The latest first, without their attempts.</summary>
    ValueTask<Result<Page<Delivery>>> ListDeliveriesAsync(Principal caller, string id, PageRequest page, CancellationToken cancellation);

    ValueTask<Result<Delivery>> GetDeliveryAsync(Principal caller, string id, string deliveryId, CancellationToken cancellation);

    /// <summary>Tells it again, by a delivery of its own, whatever became of the first.</summary>
    ValueTask<Result<Delivery>> ReplayAsync(Principal caller, string id, string deliveryId, CancellationToken cancellation);

    /// <summary>
    /// Tells again what died since an instant and was not told again since, in its order, as many as a page has. The next call goes on.
    /// </summary>
    ValueTask<Result<Replayed>> ReplayDeadAsync(Principal caller, string id, long sinceMs, CancellationToken cancellation);
}
