using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <param name="TotalBytes">All packs.</param>
/// <param name="Condemned">Absent while no pack is.</param>
/// <param name="LastCollection">Absent until there was one.</param>
/// <param name="Usage">Absent until somebody has measured.</param>
internal sealed record StoreView(
    string Folder, long Objects, long TotalBytes, PacksView DataPacks, PacksView MetaPacks, long IndexBytes, long FreeBytes,
    CondemnedView? Condemned, CollectionView? LastCollection, StoreUsageView? Usage)
{
    public static StoreView Of(StoreFacts facts) => new(
        facts.Folder, facts.Objects, facts.Data.Bytes + facts.Meta.Bytes, new PacksView(facts.Data.Packs, facts.Data.Bytes),
        new PacksView(facts.Meta.Packs, facts.Meta.Bytes), facts.IndexBytes, facts.FreeBytes,
        facts.Condemned.Packs == 0 ? null : new CondemnedView(
            facts.Condemned.Packs, facts.Condemned.Bytes, facts.Condemned.QuietAt?.ToUnixTimeMilliseconds()),
        facts.LastCollection is { } step ? CollectionView.Of(step.Report, step.At) : null,
        facts.Usage is { } usage ? StoreUsageView.Of(usage) : null);
}

internal sealed record PacksView(int Count, long Bytes);

/// <param name="QuietMs">Since when nobody writes who began before the sentence; the grace is counted from here.</param>
internal sealed record CondemnedView(int Packs, long Bytes, long? QuietMs);

/// <param name="Phase">clean, condemned, waiting or deleted.</param>
/// <param name="SmallPacks">How many packs are condemned only to be folded into one.</param>
internal sealed record CollectionView(
    string Phase, long? AtMs, long LiveObjects, long LiveBytes, long DeadObjects, long DeadBytes, int Packs, long FreedBytes,
    long? DeletableMs, int SmallPacks)
{
    public static CollectionView Of(CollectionReport report, DateTimeOffset? at) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(report.Phase.ToString()), at?.ToUnixTimeMilliseconds(), report.LiveObjects,
        report.LiveBytes, report.DeadObjects, report.DeadBytes, report.Packs, report.FreedBytes,
        report.DeletableAt?.ToUnixTimeMilliseconds(), report.SmallPacks);
}

internal sealed record StoreUsageView(
    long MeasuredMs, long LiveObjects, long LiveBytes, long SharedBytes, long DeadBytes, IReadOnlyList<OwnerUsageView> Owners)
{
    public static StoreUsageView Of(StoreUsage usage) => new(
        usage.At.ToUnixTimeMilliseconds(), usage.LiveObjects, usage.LiveBytes, usage.SharedBytes, usage.DeadBytes,
        [
            .. usage.Owners.Select(static one => new OwnerUsageView(
                one.Owner.Kind, one.Owner.Name, one.LiveObjects, one.LiveBytes, one.OwnBytes, one.LiveBytes - one.OwnBytes)),
        ]);
}

/// <param name="Kind">repository, uploads (of other tools, to the repository named), both with "deleted" before; or artifacts.</param>
/// <param name="OwnBytes">What no other owner names.</param>
internal sealed record OwnerUsageView(string Kind, string Name, long LiveObjects, long LiveBytes, long OwnBytes, long SharedBytes);

/// <param name="Preview">Only say what would happen.</param>
/// <param name="GraceHours">How long condemned packs stay; absent for the server's own.</param>
internal sealed record CollectRequest(bool Preview, double? GraceHours);

/// <param name="Kind">table, object or missing_chunk.</param>
internal sealed record StoreDamageView(string Kind, string Pack, long OffsetBytes, string? Id, string? Missing);

internal sealed record StoreCheckView(
    long Objects, long Bytes, long DamageCount, IReadOnlyList<StoreDamageView> Damages, CheckView Named)
{
    public static StoreCheckView Of(CheckReport report, GraphCheckReport named) => new(
        report.Objects, report.Bytes, report.DamageCount,
        [
            .. report.Damages.Select(static damage => new StoreDamageView(
                JsonNamingPolicy.SnakeCaseLower.ConvertName(damage.Kind.ToString()), damage.Pack, damage.OffsetBytes,
                damage.Id?.ToString(), damage.Missing?.ToString())),
        ],
        CheckView.Of(named));
}
