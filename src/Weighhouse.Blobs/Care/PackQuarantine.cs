using Weighhouse.Blobs.Packs;

namespace Weighhouse.Blobs.Care;

/// <summary>
/// Passes sentence on damaged packs. Unlike that of a collection it takes all their objects for living: what is sound in them is copied
/// before they are deleted, whether anything names it or not.
/// </summary>
internal sealed class PackQuarantine(StoreParts parts, IEpochs epochs)
{
    /// <summary>How many packs were condemned that were not before.</summary>
    public int Run(IReadOnlyCollection<Damage> damages)
    {
        var state = epochs.Current();
        var damaged = damages.Where(static damage => damage.Kind is DamageKind.Object or DamageKind.Table)
            .Select(static damage => damage.Pack).ToHashSet();
        var packs = parts.Packs.All.Where(pack => damaged.Contains(pack.Name) && !pack.IsCondemned).ToList();
        if (packs.Count == 0) return 0;
        var others = state.Packs.Where(judged => packs.TrueForAll(pack => pack.Id != judged.Id));
        var sentence = new CollectionState(state.Epoch + 1, null, [.. others, .. packs.Select(AllLive)]);
        epochs.Write(sentence);
        if (epochs.IsQuietBefore(sentence.Epoch)) epochs.Write(sentence with { QuietAt = parts.Clock.GetUtcNow() });
        return packs.Count;
    }

    private JudgedPack AllLive(PackFile pack)
    {
        var live = new byte[(Marking.Read(parts, pack).Count() + 7) / 8];
        live.AsSpan().Fill(byte.MaxValue);
        return new JudgedPack(pack.Id, pack.SoundEnd, live);
    }
}
