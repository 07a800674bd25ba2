using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

public sealed class MigrationTests
{
    private static readonly SqlText Change = SqlText.Both(
        "ChangeChecksum", "UPDATE data_migrations SET checksum = 'feedfacefeedface' WHERE module = 'test'");

    private static readonly SqlText Future = SqlText.Both(
        "AddFuture",
        "INSERT INTO data_migrations (module, version, name, checksum, applied_ms) VALUES (@module, 7, 'wings', 'feedfacefeedface', 0)");

    [Theory, OnEveryEngine]
    public async Task The_next_start_finds_the_schema_and_the_data(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        await Notes.AddAsync(house.Database, 1, "kept");

        await house.OpenAsync();

        Assert.Equal(["kept"], await Notes.TextsAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task A_migration_that_was_changed_after_it_was_applied_is_refused(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        await ExecuteAsync(house.Database, static session => session.Prepare(Change).ExecuteAsync());

        var refused = await house.TryOpenAsync();

        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.StartsWith(
            "The migration test 0001_notes was changed after it was applied to this database",
            refused.Error?.Message,
            StringComparison.Ordinal);
    }

    [Theory, OnEveryEngine("test"), OnEveryEngine("unheard")]
    public async Task A_database_newer_than_the_program_is_refused(DatabaseEngine engine, string module)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        await ExecuteAsync(house.Database, session => session.Prepare(Future).Bind("module", module).ExecuteAsync());

        var refused = await house.TryOpenAsync();

        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.StartsWith(
            $"The database is newer than this program: it has the migration {module} 0007_wings",
            refused.Error?.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_that_start_together_migrate_once()
    {
        var options = await TestDatabase.NewOptionsAsync(DatabaseEngine.PostgreSql);
        var providers = Enumerable.Range(0, 4).Select(i =>
        {
            var services = new ServiceCollection();
            Notes.Add(services);
            var own = options with { DataDirectory = Path.Combine(options.DataDirectory, $"replica{i}") };
            return services.AddData(own).BuildServiceProvider();
        }).ToList();

        var outcomes = await Task.WhenAll(providers.Select(provider =>
            provider.GetRequiredService<IDatabaseStartup>().PrepareAsync(TestContext.Current.CancellationToken)));

        Assert.All(outcomes, outcome => Assert.False(outcome.IsFailure, outcome.Error?.Message));
        foreach (var provider in providers) await provider.DisposeAsync();
        Directory.Delete(options.DataDirectory, recursive: true);
    }

    private static async Task ExecuteAsync(IDatabase database, Func<DbSession, ValueTask<int>> work)
    {
        var changed = await database.WriteAsync<int>(async session => await work(session), TestContext.Current.CancellationToken);
        Assert.Equal(1, changed.Value);
    }
}
