using Weighhouse.Kernel;

namespace Weighhouse.Access;

public sealed record AuditRecord(
    long Number, long TimeMs, string Actor, string Action, string Subject, string? Before, string? After, string Address,
    string RequestId, string Hash);

/// <param name="BrokenAt">The first record whose hash does not follow from those before it; null when the chain is whole.</param>
public sealed record AuditVerdict(long Records, long? BrokenAt, string HeadHash);

public interface IAuditTrail
{
    /// <summary>Newest first. Administrators only.</summary>
    ValueTask<Result<Page<AuditRecord>>> ListAsync(Principal caller, PageRequest page, CancellationToken cancellation);

    /// <summary>Recomputes the chain from the first record.</summary>
    ValueTask<Result<AuditVerdict>> VerifyAsync(Principal caller, CancellationToken cancellation);
}
