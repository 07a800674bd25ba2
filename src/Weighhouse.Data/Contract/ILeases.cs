namespace Weighhouse.Data;

/// <summary>Named, expiring, fenced ownership across replicas: at most one holder at any instant.</summary>
public interface ILeases
{
    /// <summary>Null when somebody else holds it. The fence grows with each holder: store it beside what you write.</summary>
    ValueTask<Lease?> TryTakeAsync(string name, TimeSpan length, CancellationToken cancellation);

    /// <summary>False when the lease was lost: stop at once.</summary>
    ValueTask<bool> RenewAsync(Lease lease, TimeSpan length, CancellationToken cancellation);

    ValueTask ReleaseAsync(Lease lease, CancellationToken cancellation);
}

public sealed record Lease(string Name, string Holder, long Fence);
