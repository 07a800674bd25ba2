using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Checks;

namespace Weighhouse.Versioning.Aliases;

/// <summary>Tells the collection what other tools have uploaded: it lives as long as its repository can be restored.</summary>
internal sealed class LiveAliases(IDatabase database, Roots roots, TimeProvider time, VersioningOptions options) : ILiveObjects
{
    private const int RowsAtOnce = 5_000;

    private static readonly SqlText ListAliases = VersioningSql.Catalog["ListAliases"];
    private static readonly SqlText ListAliasParts = VersioningSql.Catalog["ListAliasParts"];

    public async ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
    {
        foreach (var repository in await roots.RepositoriesAsync(cancellation))
        {
            marks.Begin(repository.Owner("uploads"));
            foreach (var id in await PartsAsync(repository.Number, cancellation)) marks.AddFile(id);
            foreach (var algorithm in Enum.GetValues<AliasAlgorithm>())
            {
                List<(byte[] Digest, Digest File)> rows = [];
                do
                {
                    rows = await NamedAsync(repository.Number, algorithm, rows.Count == 0 ? [] : rows[^1].Digest, cancellation);
                    foreach (var row in rows) marks.AddFile(row.File);
                } while (rows.Count == RowsAtOnce);
            }
        }
    }

    private ValueTask<List<(byte[] Digest, Digest File)>> NamedAsync(
        long repository, AliasAlgorithm algorithm, byte[] after, CancellationToken cancellation) =>
        database.ReadAsync(
            session => session.Prepare(ListAliases)
                .Bind("repo_no", repository).Bind("algorithm", (long)algorithm).Bind("after", after).Bind("count", RowsAtOnce)
                .ListAsync(static row => (row.Bytes(0), new Digest(row.Bytes(1)))),
            cancellation);

    /// <summary>Unfinished uploads of a week: few enough to be read at once.</summary>
    private ValueTask<List<Digest>> PartsAsync(long repository, CancellationToken cancellation) =>
        database.ReadAsync(
            session => session.Prepare(ListAliasParts)
                .Bind("repo_no", repository)
                .Bind("since_ms", time.GetUtcNow().ToUnixTimeMilliseconds() - (long)options.UploadLifetime.TotalMilliseconds)
                .Bind("count", long.MaxValue)
                .ListAsync(static row => new Digest(row.Bytes(0))),
            cancellation);
}
