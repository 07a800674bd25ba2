using System.Diagnostics.Metrics;

namespace Weighhouse.Versioning;

/// <summary>The meter "Weighhouse.Versioning".</summary>
internal static class VersioningMetrics
{
    public const string MeterName = "Weighhouse.Versioning";

    private static readonly Meter Meter = new(MeterName);

    public static readonly Counter<long> RefsMoved =
        Meter.CreateCounter<long>("weighhouse.versioning.refs.moved", "{ref}", "Refs created, moved or deleted");

    public static readonly Counter<long> RefConflicts =
        Meter.CreateCounter<long>("weighhouse.versioning.refs.conflicts", "{update}", "Updates of refs that somebody else was faster than");

    public static readonly Counter<long> ReceivedBytes =
        Meter.CreateCounter<long>("weighhouse.versioning.received.bytes", "By", "Packs received and durable, by whether they were new");

    public static readonly Counter<long> SentBytes =
        Meter.CreateCounter<long>("weighhouse.versioning.sent.bytes", "By", "Packs sent");

    public static readonly Counter<long> Merges =
        Meter.CreateCounter<long>("weighhouse.versioning.merges", "{merge}", "Merges, reverts and cherry-picks, by how they ended");

    public static readonly Counter<long> AliasBytes = Meter.CreateCounter<long>(
        "weighhouse.versioning.aliases.bytes", "By", "Content that other tools uploaded, by the algorithm that names it and how it ended");

    public static readonly Counter<long> Damages =
        Meter.CreateCounter<long>("weighhouse.versioning.damages", "{object}", "Damaged objects that checks named");

    public static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
