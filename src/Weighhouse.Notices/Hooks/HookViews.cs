namespace Weighhouse.Notices.Hooks;

/// <summary>What programs are told of a hook.</summary>
internal sealed record HookView(
    string Id, string Name, string Project, string? SubjectKind, string? SubjectName, string Url, string Shape, IReadOnlyList<string> Types,
    bool IsSigned, bool IsActive, string CreatedBy, long CreatedMs, long UpdatedMs)
{
    public static HookView Of(Hook hook) => new(
        hook.Id, hook.Name, hook.Project, hook.SubjectKind, hook.SubjectName, hook.Url, HookStore.WordOf(hook.Shape), hook.Types,
        hook.IsSigned, hook.IsActive, hook.CreatedBy, hook.CreatedMs, hook.UpdatedMs);
}

internal sealed record HookPage(IReadOnlyList<HookView> Hooks, string? NextPageToken);

internal sealed record DeliveryView(
    string Id, string Type, string Subject, string State, int Attempts, long DueMs, long CreatedMs, long ChangedMs, string Event,
    IReadOnlyList<DeliveryAttempt> Log)
{
    public static DeliveryView Of(Delivery delivery) => new(
        delivery.Id, delivery.Type, delivery.Subject, WordOf(delivery.State), delivery.AttemptsCount, delivery.DueMs, delivery.CreatedMs,
        delivery.ChangedMs, delivery.EventJson, delivery.Attempts);

    private static string WordOf(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => "delivered",
        DeliveryState.Dead => "dead",
        _ => "waiting",
    };
}

internal sealed record DeliveryPage(IReadOnlyList<DeliveryView> Deliveries, string? NextPageToken);

internal sealed record HookRequest(
    string? Name, string? Url, string? Shape, IReadOnlyList<string>? Types, string? Secret, string? Project, string? SubjectKind,
    string? SubjectName, bool? IsActive);

internal sealed record ReplayRequest(long? SinceMs);

/// <param name="HasMore">Whether more have died than are told again at once.</param>
internal sealed record ReplayAnswer(int Replayed, bool HasMore);

/// <summary>What the audit log keeps of a test or of telling again: the one delivery, or how many.</summary>
internal sealed record ToldAgain(string? Delivery = null, int? Dead = null);
