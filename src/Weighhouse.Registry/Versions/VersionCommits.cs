using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Versions;

/// <summary>Which version a commit is of, and what it follows.</summary>
/// <param name="Parent">The commit of the version before; null for the first.</param>
internal sealed record VersionPlace(string Model, long Version, Digest? Parent, string Author, long AtMs);

/// <summary>A version's commit in the store, of which no repository knows yet.</summary>
internal sealed record StoredCommit(NamedCommit Commit, long FileCount, long SizeBytes, string? Note);

/// <summary>Puts the commits of versions into the store.</summary>
internal sealed class VersionCommits(IGovernedRepositories repositories)
{
    public async ValueTask<Result<StoredCommit>> StoreAsync(VersionPlace place, SourceContent content, CancellationToken cancellation)
    {
        var stored = await TryAsync(place, content, cancellation);
        if (stored.Error is not { Code: ErrorCode.InvalidArgument or ErrorCode.NotFound } refused) return stored;
        // The rules of folders refuse what artifacts may be called, and artifacts may go between being listed and being asked for.
        return await TryAsync(place, content.Without(refused.Message), cancellation);
    }

    private async ValueTask<Result<StoredCommit>> TryAsync(VersionPlace place, SourceContent content, CancellationToken cancellation)
    {
        var made = await repositories.StoreAsync(content.Files, tree => CommitOf(place, content, tree.Id), cancellation);
        return made.Map(named => new StoredCommit(named, content.FileCount, content.SizeBytes, content.Note));
    }

    private static Commit CommitOf(VersionPlace place, SourceContent content, Digest tree)
    {
        var facts = new Dictionary<string, string>(content.Facts, StringComparer.Ordinal)
        {
            ["model"] = place.Model,
            ["version"] = $"{place.Version}",
        };
        if (content.Note is { } note) facts["files"] = note;
        return new Commit(
            tree, place.Parent is { } parent ? [parent] : [], new CommitAuthor(place.Author), place.AtMs,
            $"Version {place.Version} of {place.Model}", facts, content.Links);
    }
}
