using System.Security.Cryptography;
using System.Text;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Transfer;

/// <summary>
/// The objects somebody lacks who has one part of a history and wants another, in an order in which nothing comes before what it refers
/// to: chunks, recipes, trees, commits. The same question has the same plan, so that a place in it can be asked for again.
/// </summary>
internal sealed class PullPlan
{
    private PullPlan(List<Digest> ids) => Ids = ids;

    public List<Digest> Ids { get; }

    public static Digest KeyOf(long repository, IEnumerable<Digest> want, IEnumerable<Digest> have)
    {
        var text = new StringBuilder().Append(repository);
        foreach (var id in want) text.Append('+').Append(id);
        foreach (var id in have) text.Append('-').Append(id);
        return new Digest(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())));
    }

    /// <param name="countMax">More objects than this are refused.</param>
    public static Result<PullPlan> Make(IObjectStore store, HistoryGap gap, int countMax)
    {
        if (!NewObjects.Find(store, gap, count => TooMany(count, countMax)).TryGet(out var found, out var error)) return error;
        var (chunks, recipes, met) = (new List<Digest>(), new List<Digest>(), new HashSet<Digest>());
        foreach (var (id, before) in found.Files)
        {
            if (!store.Recipe(id).TryGet(out var recipe, out error)) return error;
            foreach (var chunk in FileChunks.Of(store, recipe, before))
                if (met.Add(chunk)) chunks.Add(chunk);
            if (!FileChunks.IsOne(recipe, id)) recipes.Add(id);
            if (TooMany(chunks.Count + recipes.Count + found.Trees.Count, countMax) is { } refusal) return refusal;
        }

        return new PullPlan([.. chunks, .. recipes, .. found.Trees, .. found.Commits]);
    }

    private static Error? TooMany(int count, int countMax) => count <= countMax
        ? null
        : Error.Invalid($"What is wanted has more than {countMax} objects. Want an older commit first, then go on from it.", "want");
}

/// <summary>What a file adds to the one that was in its place before.</summary>
internal static class FileChunks
{
    /// <summary>The chunks that the file before does not have, in order.</summary>
    public static IEnumerable<Digest> Of(IObjectStore store, FileRecipe recipe, Digest? before)
    {
        var known = before is { } old && store.Recipe(old).TryGet(out var past, out _)
            ? past.Chunks.Select(static chunk => chunk.Id).ToHashSet() : [];
        return recipe.Chunks.Select(static chunk => chunk.Id).Where(chunk => !known.Contains(chunk));
    }

    /// <summary>Whether the file is its one chunk, and has no recipe.</summary>
    public static bool IsOne(FileRecipe recipe, Digest file) => recipe.Chunks is [var only] && only.Id == file;
}
