namespace Weighhouse.Kernel;

/// <summary>One thing somebody did that others may have to answer for.</summary>
/// <param name="Action">Noun and verb: "token.create", "experiment.delete", "model.promote".</param>
/// <param name="Subject">What it was done to: "experiment:12", "user:ann".</param>
/// <param name="Before">The state before, as JSON; null where there was none. Never a secret.</param>
/// <param name="After">The state after, as JSON; null where there is none. Never a secret.</param>
public sealed record AuditEntry(string Actor, string Action, string Subject, string? Before = null, string? After = null);

/// <summary>Where modules write what must be answered for. The record is durable when the task completes.</summary>
public interface IAuditLog
{
    ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellation);
}
