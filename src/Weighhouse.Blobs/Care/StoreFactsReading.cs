using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>Counts the files of a store's folder.</summary>
internal sealed class StoreFactsReading(StoreParts parts)
{
    public StoreFacts Read(CollectionState state, CareReportFile report)
    {
        var condemnedIds = state.Packs.Where(pack => pack.IsCondemned).Select(pack => pack.Id).ToHashSet();
        var totals = new PackTotals[3];
        var condemned = new CondemnedTotals(0, 0, state.QuietAt);
        foreach (var (id, kind, length) in parts.Home.List())
        {
            ref var total = ref totals[(int)kind];
            total = new PackTotals(total.Packs + 1, total.Bytes + length);
            if (condemnedIds.Contains(id)) condemned = condemned with { Packs = condemned.Packs + 1, Bytes = condemned.Bytes + length };
        }

        return new StoreFacts(
            parts.Home.Name,
            parts.Index.Count,
            totals[(int)PackKind.Data],
            totals[(int)PackKind.Meta],
            new DirectoryInfo(parts.Folder.IndexFolder).EnumerateFiles().Sum(static file => file.Length),
            new DriveInfo(parts.Folder.Folder).AvailableFreeSpace,
            condemned,
            report.Collection,
            report.Usage);
    }
}
