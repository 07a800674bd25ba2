using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>Brings the schema up to the program: everything that is missing in one transaction, or nothing.</summary>
internal sealed class Migrator(
    IDatabaseEngine database, IEnumerable<MigrationSource> sources, bool trustsStamp, TimeProvider time, ILogger logger)
{
    private static readonly SqlText ListApplied = DataModule.Sql["ListMigrations"];
    private static readonly SqlText RecordApplied = DataModule.Sql["RecordMigration"];

    /// <summary>The table must exist before the first migration can be looked up in it.</summary>
    private const string TableScript = """
        CREATE TABLE IF NOT EXISTS data_migrations (
            module TEXT NOT NULL,
            version BIGINT NOT NULL,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL,
            applied_ms BIGINT NOT NULL,
            PRIMARY KEY (module, version)
        );
        """;

    private readonly MigrationSource[] _sources = [.. sources];
    private List<Migration> _known = [];

    private sealed record Applied(string Module, int Version, string Name, string Checksum);

    public async ValueTask<Result<Done>> RunAsync(CancellationToken cancellation)
    {
        if (trustsStamp && database.Stamp is { } stamp && stamp == SchemaStamp.Of(_sources)) return Done.Ok;
        _known = [.. _sources.SelectMany(source => Migration.Of(source, database.Engine))];
        var result = await database.MigrateAsync(MigrateAsync, cancellation);
        if (!result.TryGet(out var done, out var error)) return error;
        foreach (var migration in done) DataLog.Migrated(logger, migration.Module, migration.Version, migration.Name);
        return Done.Ok;
    }

    private async ValueTask<Result<List<Migration>>> MigrateAsync(DbSession session)
    {
        await session.ExecuteScriptAsync("data_migrations", TableScript);
        var applied = await session.Prepare(ListApplied)
            .ListAsync(static row => new Applied(row.Text(0), (int)row.Long(1), row.Text(2), row.Text(3)));
        var byKey = applied.ToDictionary(row => (row.Module, row.Version));
        if (Refuse(applied) is { } refused) return refused;

        var missing = _known.FindAll(migration => !byKey.ContainsKey((migration.Module, migration.Version)));
        foreach (var migration in missing)
        {
            await session.ExecuteScriptAsync($"{migration.Module} migration {migration.Version:0000}_{migration.Name}", migration.Script);
            await session.Prepare(RecordApplied)
                .Bind("module", migration.Module)
                .Bind("version", (long)migration.Version)
                .Bind("name", migration.Name)
                .Bind("checksum", migration.Checksum)
                .Bind("applied_ms", time.GetUtcNow().ToUnixTimeMilliseconds())
                .ExecuteAsync();
        }

        if (database.Stamp is not null) await session.ExecuteScriptAsync("data_stamp", SchemaStamp.Script(SchemaStamp.Of(_sources)));
        return missing;
    }

    private Error? Refuse(List<Applied> applied)
    {
        var known = _known.ToDictionary(migration => (migration.Module, migration.Version));
        foreach (var row in applied)
        {
            if (!known.TryGetValue((row.Module, row.Version), out var migration))
                return Error.Precondition(
                    $"The database is newer than this program: it has the migration {row.Module} {row.Version:0000}_{row.Name}, which "
                    + "this program does not know. Start the version of Weighhouse that made it, or a later one.");
            if (migration.Checksum != row.Checksum)
                return Error.Precondition(
                    $"The migration {row.Module} {row.Version:0000}_{migration.Name} was changed after it was applied to this database: "
                    + $"its checksum is {migration.Checksum[..12]}…, that of the applied one {row.Checksum[..12]}…. Restore its text; "
                    + "changes belong in a new migration.");
        }

        return null;
    }
}
