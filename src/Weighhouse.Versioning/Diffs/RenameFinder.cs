using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Diffs;

/// <summary>Tells a removed and an added file of like content as one that was renamed. Reads lists of chunks, never content.</summary>
internal sealed class RenameFinder(IObjectStore store, VersioningOptions options)
{
    /// <summary>Half of the larger file's bytes.</summary>
    private const double SimilarityMin = 0.5;

    public List<TreeChange> Find(List<TreeChange> changes)
    {
        // Files without content are like each other without being the same file.
        var removed = changes.FindAll(static change => change is { Kind: ChangeKind.Removed, Old.SizeBytes: > 0 });
        var added = changes.FindAll(static change => change is { Kind: ChangeKind.Added, New.SizeBytes: > 0 });
        if (removed.Count == 0 || added.Count == 0) return changes;
        var renamed = new Dictionary<TreeChange, TreeChange>(ReferenceEqualityComparer.Instance);
        var taken = new HashSet<TreeChange>(ReferenceEqualityComparer.Instance);
        PairEqual(removed, added, renamed, taken);
        removed.RemoveAll(taken.Contains);
        added.RemoveAll(renamed.ContainsKey);
        PairSimilar(removed, added, renamed, taken);
        var found = new List<TreeChange>(changes.Count);
        foreach (var change in changes)
            if (!taken.Contains(change)) found.Add(renamed.GetValueOrDefault(change, change));
        return found;
    }

    /// <summary>The same content: the same last name first, then the order of paths.</summary>
    private static void PairEqual(
        List<TreeChange> removed, List<TreeChange> added, Dictionary<TreeChange, TreeChange> renamed, HashSet<TreeChange> taken)
    {
        var byContent = removed.ToLookup(static change => (change.Old!.Value.Id, change.Old.Value.Kind));
        foreach (var sameName in new[] { true, false })
        {
            foreach (var change in added.Where(change => !renamed.ContainsKey(change)))
            {
                var old = byContent[(change.New!.Value.Id, change.New.Value.Kind)].FirstOrDefault(
                    candidate => !taken.Contains(candidate) && (!sameName || candidate.Path.Name == change.Path.Name));
                if (old is not null) Pair(old, change, 1, renamed, taken);
            }
        }
    }

    /// <summary>The most shared bytes first; a file of one chunk shares all or nothing, so only larger ones are looked at.</summary>
    private void PairSimilar(
        List<TreeChange> removed, List<TreeChange> added, Dictionary<TreeChange, TreeChange> renamed, HashSet<TreeChange> taken)
    {
        if (removed.Count == 0 || added.Count == 0 || removed.Count + added.Count > options.RenameCandidatesMax) return;
        var holders = new Dictionary<Digest, List<TreeChange>>();
        foreach (var change in removed)
            foreach (var chunk in ChunksOf(change.Old!.Value).Select(static chunk => chunk.Id).Distinct())
                (holders.TryGetValue(chunk, out var list) ? list : holders[chunk] = []).Add(change);
        if (holders.Count == 0) return;
        var scores = new List<(double Similarity, TreeChange Old, TreeChange New)>();
        foreach (var change in added)
        {
            var shared = new Dictionary<TreeChange, long>(ReferenceEqualityComparer.Instance);
            foreach (var chunk in ChunksOf(change.New!.Value).DistinctBy(static chunk => chunk.Id))
                foreach (var holder in holders.GetValueOrDefault(chunk.Id, []))
                    shared[holder] = shared.GetValueOrDefault(holder) + chunk.LengthBytes;
            foreach (var (old, bytes) in shared)
                scores.Add(((double)bytes / Math.Max(old.Old!.Value.SizeBytes, change.New.Value.SizeBytes), old, change));
        }

        foreach (var (similarity, old, change) in scores.OrderByDescending(static score => score.Similarity)
                     .ThenBy(static score => score.New.Path.Text, NameOrder.Instance)
                     .ThenBy(static score => score.Old.Path.Text, NameOrder.Instance))
        {
            if (similarity < SimilarityMin) break;
            if (!taken.Contains(old) && !renamed.ContainsKey(change)) Pair(old, change, Math.Min(1, similarity), renamed, taken);
        }
    }

    private IReadOnlyList<FileChunk> ChunksOf(TreeEntry file)
    {
        if (file.Kind != EntryKind.File) return [];
        // A file whose list cannot be read is like no other; fsck tells of it.
        var recipe = store.Recipe(file.Id);
        return recipe.IsFailure || recipe.Value.Chunks.Count < 2 ? [] : recipe.Value.Chunks;
    }

    private static void Pair(
        TreeChange old, TreeChange change, double similarity, Dictionary<TreeChange, TreeChange> renamed, HashSet<TreeChange> taken)
    {
        taken.Add(old);
        renamed.Add(
            change, change with { Kind = ChangeKind.Renamed, OldPath = old.Path, Old = old.Old, Similarity = similarity });
    }
}
