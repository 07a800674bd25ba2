namespace Weighhouse.Serving;

/// <summary>How requests for a version are gathered into runs of more rows. Without one every request is a run of its own.</summary>
/// <param name="RowsMax">Rows of one run, at most; a request that has more runs alone.</param>
/// <param name="DelayMs">
/// How long a request may wait for others, in whole milliseconds, the grain of the system's timers. 0: nobody waits, and what arrives
/// while models run is the next run.
/// </param>
/// <param name="PreferredRows">Sizes at which a run begins without waiting for more; null for none.</param>
/// <param name="PadRows">Fills a run up to the next preferred size, and to the most, by repeating its first row.</param>
/// <param name="PadVariable">Lets requests of different sizes share a run, the smaller ones filled up with zeros and empty texts.</param>
/// <param name="QueueMax">Requests that may wait; more are turned away, the least urgent first.</param>
/// <param name="TimeoutMs">How long a request may wait at most; 0 for as long as its own deadline allows.</param>
/// <param name="ObjectiveMs">
/// Finds the delay, up to <paramref name="DelayMs"/>, with which 95 % of the answers take at most so long; null keeps the delay as it is.
/// </param>
public sealed record BatchPolicy(
    int RowsMax,
    int DelayMs = 0,
    IReadOnlyList<int>? PreferredRows = null,
    bool PadRows = false,
    bool PadVariable = false,
    int QueueMax = 1_000,
    int TimeoutMs = 0,
    int? ObjectiveMs = null)
{
    public bool Equals(BatchPolicy? other) =>
        other is not null
        && (RowsMax, DelayMs, PadRows, PadVariable, QueueMax, TimeoutMs, ObjectiveMs)
            == (other.RowsMax, other.DelayMs, other.PadRows, other.PadVariable, other.QueueMax, other.TimeoutMs, other.ObjectiveMs)
        && (PreferredRows ?? []).SequenceEqual(other.PreferredRows ?? []);

    public override int GetHashCode() => HashCode.Combine(RowsMax, DelayMs, QueueMax, TimeoutMs, ObjectiveMs);
}
