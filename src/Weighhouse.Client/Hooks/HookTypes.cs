namespace Weighhouse.Client.Hooks;

/// <summary>An address that is told what happens.</summary>
/// <param name="SubjectKind">With <paramref name="SubjectName"/> the one thing that it is about; null for all of the project.</param>
/// <param name="Shape">"weighhouse", "slack" or "teams".</param>
/// <param name="Types">Patterns in which '*' stands for anything.</param>
public sealed record Hook(
    string Id, string Name, string Project, string Url, string Shape, IReadOnlyList<string> Types, bool IsSigned, bool IsActive,
    string CreatedBy, long CreatedMs, long UpdatedMs, string? SubjectKind = null, string? SubjectName = null);

/// <param name="Secret">16 to 256 bytes that deliveries are signed with; null to sign none.</param>
public sealed record NewHook(
    string Name, string Url, IReadOnlyList<string>? Types = null, string? Shape = null, string? Secret = null, string? Project = null,
    string? SubjectKind = null, string? SubjectName = null);

public sealed record HookPage(IReadOnlyList<Hook> Hooks, string? NextPageToken = null);

/// <param name="Status">What HTTP answered; null when nobody did.</param>
/// <param name="Answer">The first KiB of it.</param>
public sealed record DeliveryAttempt(
    int Number, long AtMs, long DurationMs, int? Status = null, string? Error = null, string? Answer = null);

/// <param name="State">"waiting", "delivered" or "dead".</param>
/// <param name="Event">What is told, as JSON.</param>
/// <param name="Log">Its attempts; empty in lists.</param>
public sealed record Delivery(
    string Id, string Type, string Subject, string State, int Attempts, long DueMs, long CreatedMs, long ChangedMs, string Event,
    IReadOnlyList<DeliveryAttempt> Log);

public sealed record DeliveryPage(IReadOnlyList<Delivery> Deliveries, string? NextPageToken = null);

public sealed record ReplaySince(long SinceMs);

/// <param name="HasMore">Whether others that died are left for the next call.</param>
public sealed record ReplayCount(int Replayed, bool HasMore = false);
