using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>
/// One step of the collection. Condemned packs are deleted only when every session from before the sentence has ended and the grace has
/// passed since, and only what neither the marking of the sentence nor a fresh one reached is lost. docs/formats/collection.md says
/// why that is enough.
/// </summary>
internal sealed class Collection(
    StoreParts parts, ObjectReader objects, StoreRefresh refresh, IEpochs epochs, Func<ObjectWriter> beginSession)
{
    public async ValueTask<Result<CollectionReport>> StepAsync(
        IReadOnlyList<ILiveObjects> roots, CollectionRequest request, CancellationToken cancellation)
    {
        var step = await MarkAndJudgeAsync(roots, request, cancellation);
        // When the marking has let the segments go.
        if (!request.Preview) parts.Index.Tidy();
        return step;
    }

    private async ValueTask<Result<CollectionReport>> MarkAndJudgeAsync(
        IReadOnlyList<ILiveObjects> roots, CollectionRequest request, CancellationToken cancellation)
    {
        var state = epochs.Current();
        // Asked before the marking, which must see what the last sessions from before the sentence have named.
        var isQuiet = state.IsPending && (state.QuietAt is not null || epochs.IsQuietBefore(state.Epoch));
        // And what they have written, of which nothing can be marked that this process has not heard of.
        refresh.Run();
        using var marking = new Marking(parts, objects);
        await marking.RunAsync(roots, tells: !request.Preview, cancellation);
        // After the marking: what sessions added meanwhile is weighed too, as dead, and the grace is there for it.
        var shares = parts.Packs.All.Where(pack => pack.SoundEnd > PackHeader.Size).Select(marking.Weigh).ToList();
        if (!state.IsPending) return Condemn(state, shares, request, recondemns: false);
        if (Wait(ref state, isQuiet, shares, request) is { } waiting) return waiting;
        if (HasLateDead(state, marking)) return Condemn(state, shares, request, recondemns: true);
        if (request.Preview) return Report(CollectionPhase.Deleted, shares, state.Packs.Count(pack => pack.IsCondemned));
        state = Remember(state, shares);
        var deletion = new CondemnedPacks(parts, epochs, state, marking, beginSession);
        return (await deletion.DeleteAsync(cancellation)).Map(
            freed => Report(CollectionPhase.Deleted, shares, state.Packs.Count(pack => pack.IsCondemned), freed));
    }

    private CollectionReport Condemn(CollectionState state, List<PackShare> shares, CollectionRequest request, bool recondemns)
    {
        var small = Small(shares);
        var chosen = shares.Where(share => recondemns && share.Pack.IsCondemned || IsPoor(share, request)).Concat(small).ToHashSet();
        if (chosen.Count == 0) return Report(CollectionPhase.Clean, shares, 0);
        // A dead object in a meta pack names chunks that go now; no later session may find it and believe they stay.
        chosen.UnionWith(shares.Where(share => share.Pack.Kind == PackKind.Meta && share.DeadObjects > 0));
        var at = parts.Clock.GetUtcNow() + request.Grace;
        var report = Report(CollectionPhase.Condemned, shares, chosen.Count) with { SmallPacks = small.Count };
        if (request.Preview) return report with { DeletableAt = at };
        var judged = shares
            .Where(share => share.Pack.Kind == PackKind.Meta || chosen.Contains(share))
            .Select(share => new JudgedPack(share.Pack.Id, share.SoundEnd, chosen.Contains(share) ? share.Live : null));
        var sentence = new CollectionState(state.Epoch + 1, null, [.. judged]);
        epochs.Write(sentence);
        if (!epochs.IsQuietBefore(sentence.Epoch)) return report;
        epochs.Write(sentence with { QuietAt = parts.Clock.GetUtcNow() });
        return report with { DeletableAt = at };
    }

    /// <summary>
    /// Packs that many writers at once, or many sentences, have left small. They are condemned like those that are mostly dead: what lives
    /// in them, all of it as a rule, is copied together into new packs.
    /// </summary>
    private List<PackShare> Small(List<PackShare> shares) =>
    [
        .. shares.Where(share => share.SoundEnd < parts.Options.PackTargetBytes / BlobsOptions.SmallPackDivisor)
            .GroupBy(static share => share.Pack.Kind)
            .Where(group => group.Count() >= parts.Options.SmallPacksMin)
            .SelectMany(static group => group),
    ];

    private static bool IsPoor(PackShare share, CollectionRequest request) =>
        share.DeadBytes > 0 && share.LiveBytes < request.LiveShareMin * (share.LiveBytes + share.DeadBytes);

    /// <summary>Null when nothing stands against the deletion.</summary>
    private CollectionReport? Wait(ref CollectionState state, bool isQuiet, List<PackShare> shares, CollectionRequest request)
    {
        if (!isQuiet) return Report(CollectionPhase.Waiting, shares, 0);
        if (state.QuietAt is null)
        {
            state = state with { QuietAt = parts.Clock.GetUtcNow() };
            if (!request.Preview) epochs.Write(state);
        }

        var deletable = state.QuietAt.Value + request.Grace;
        return parts.Clock.GetUtcNow() < deletable
            ? Report(CollectionPhase.Waiting, shares, 0) with { DeletableAt = deletable }
            : null;
    }

    /// <summary>
    /// Whether a session from before the sentence has left objects in a meta pack that stays and nothing names them: a later session
    /// could have found them and rely on the chunks they name. Then the sentence is passed anew, with that pack.
    /// </summary>
    private bool HasLateDead(CollectionState state, Marking marking)
    {
        var judged = state.Packs.ToDictionary(pack => pack.Id);
        foreach (var pack in parts.Packs.All)
        {
            if (pack.Kind != PackKind.Meta || pack.Epoch >= state.Epoch || pack.SoundEnd <= PackHeader.Size) continue;
            var known = judged.GetValueOrDefault(pack.Id);
            if (known is { IsCondemned: true } || known?.SoundEnd == pack.SoundEnd) continue;
            var examined = known?.SoundEnd ?? 0;
            if (Marking.Read(parts, pack).Any(entry => entry.OffsetBytes >= examined && !marking.IsLive(entry.Id))) return true;
        }

        return false;
    }

    /// <summary>
    /// Writes down what lives now beside what lived at the sentence. A deletion that is cut off may have copied a recipe whose chunks it
    /// had yet to copy; whoever tries again copies them too, also when nobody names the recipe any more.
    /// </summary>
    private CollectionState Remember(CollectionState state, List<PackShare> shares)
    {
        var found = shares.ToDictionary(static share => share.Pack.Id);
        var packs = state.Packs.Select(judged => judged.Live is { } lived && found.TryGetValue(judged.Id, out var share)
            ? new JudgedPack(judged.Id, share.SoundEnd, Joined(lived, share.Live))
            : judged);
        var joined = state with { Packs = [.. packs] };
        epochs.Write(joined);
        return joined;
    }

    private static byte[] Joined(byte[] lived, byte[] live)
    {
        var joined = new byte[Math.Max(lived.Length, live.Length)];
        lived.CopyTo(joined, 0);
        for (var i = 0; i < live.Length; i++) joined[i] |= live[i];
        return joined;
    }

    private static CollectionReport Report(CollectionPhase phase, List<PackShare> shares, int packs, long freed = 0) => new(
        phase,
        shares.Sum(share => share.LiveObjects),
        shares.Sum(share => share.LiveBytes),
        shares.Sum(share => share.DeadObjects),
        shares.Sum(share => share.DeadBytes),
        packs,
        freed);
}
