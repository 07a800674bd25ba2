using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Checks;

/// <summary>
/// What a repository is charged grows as it is pushed to, and would never fall: each collection sets it to what the repository keeps.
/// What was charged while the collection went through the repositories is added, whether it was counted already or not; the next one
/// settles that.
/// </summary>
internal sealed class KeptRecount(IDatabase database, Roots roots)
{
    private static readonly SqlText AdjustCharge = VersioningSql.Catalog["AdjustCharge"];

    public async ValueTask<KeptBytesTold> BeginAsync(CancellationToken cancellation)
    {
        var before = await roots.RepositoriesAsync(cancellation);
        return (kept, token) => TellAsync(before, kept, token);
    }

    private async ValueTask TellAsync(
        List<StoredRepository> before, IReadOnlyDictionary<LiveOwner, long> kept, CancellationToken cancellation)
    {
        foreach (var repository in before)
        {
            // Renamed or deleted meanwhile, it was counted under another name, or not at all.
            if (!kept.TryGetValue(repository.Owner("repository"), out var committed)) continue;
            if (!kept.TryGetValue(repository.Owner("uploads"), out var uploaded)) continue;
            var change = committed + uploaded - repository.Facts.AddedBytes;
            if (change == 0) continue;
            await database.WriteAsync<Done>(
                async session =>
                {
                    await session.Prepare(AdjustCharge)
                        .Bind("repo_no", repository.Number).Bind("change", change).Bind("lowest", -change).ExecuteAsync();
                    return Done.Value;
                },
                cancellation);
        }
    }
}
