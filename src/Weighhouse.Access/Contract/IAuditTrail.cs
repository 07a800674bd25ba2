using Weighhouse.Kernel;

namespace Weighhouse.Access;

public sealed record AuditRecord(
    long Number, long TimeMs, string Actor, string Action, string Subject, string? Before, string? After, string Address,
    string RequestId, string Hash);

/// <param name="Records">Records from the first that follow from each other.</param>
/// <param name="BrokenAt">The first record that is missing or does not follow from those before it; null when the chain is whole.</param>
/// <param name="HeadHash">The hash of the last record that follows; keep it elsewhere to detect a history rewritten as a whole.</param>
/// <param name="Problem">What is wrong with the record at which the chain breaks.</param>
public sealed record AuditVerdict(long Records, long? BrokenAt, string HeadHash, string? Problem = null);

public interface IAuditTrail
{
    /// <summary>Newest first. Administrators only.</summary>
    ValueTask<Result<Page<AuditRecord>>> ListAsync(Principal caller, PageRequest page, CancellationToken cancellation);

    /// <summary>Recomputes the chain from the first record.</summary>
    ValueTask<Result<AuditVerdict>> VerifyAsync(Principal caller, CancellationToken cancellation);
}
