using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Registry.Backfill;
using Weighhouse.Tracking;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class BackfillTests
{
    private const long OldModel = 1;
    private const int OldVersions = 6;
    private const long MadeMs = 1_750_000_000_000;

    private static readonly SqlText AddModel = SqlText.Both(
        "AddOldModel",
        "INSERT INTO registry_models (project, name, last_version, created_ms, updated_ms) "
            + "VALUES ('default', @name, @last, @now_ms, @now_ms)");

    private static readonly SqlText AddVersion = SqlText.Both(
        "AddOldVersion",
        "INSERT INTO registry_versions (model_no, version, stage, source, storage_uri, run_id, user_name, status, created_ms, updated_ms, "
            + "deleted_ms) VALUES (1, @version, @stage, @source, @uri, @run_id, 'ann', 3, @now_ms, @now_ms, @deleted_ms)");

    private static readonly SqlText AddAlias = SqlText.Both(
        "AddOldAlias",
        "INSERT INTO registry_aliases (model_no, alias, version_no) "
            + "SELECT 1, @alias, version_no FROM registry_versions WHERE version = @version");

    private static readonly SqlText AddEvent = SqlText.Both(
        "AddOldEvent",
        "INSERT INTO registry_events (model_no, model_name, version, at_ms, actor, action, before_json, after_json) "
            + "VALUES (1, 'old', @version, @now_ms, 'ann', @action, @before, @after)");

    private static readonly SqlText CountReady =
        SqlText.Both("CountReadyModels", "SELECT COUNT(*) FROM registry_models WHERE repo_ready = 1");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task Models_of_an_older_program_become_repositories_by_themselves(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartOldAsync(engine);
        var run = await FillAsync(house);
        await house.UpgradeAsync();
        var before = Got(await house.Models.GetAsync(Principal.Local, "old", Cancellation));
        Assert.Null(before.Repository);
        var running = house.Database.Services.GetServices<IHostedService>().OfType<BackfillStart>().Single();
        Assert.NotNull(running);
        await house.Database.StartBackgroundAsync();
        await UntilAsync(async () => (await RefsAsync(house)).Length > 0);
        await WholeAsync(house, run);
        Assert.Equal(before.UpdatedMs, Got(await house.Models.GetAsync(Principal.Local, "old", Cancellation)).UpdatedMs);
    }

    [Theory, OnEveryEngine]
    public async Task Stopped_after_any_unit_it_goes_on_and_makes_nothing_twice(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartOldAsync(engine);
        var run = await FillAsync(house);
        await house.UpgradeAsync();
        for (var units = 1; !await IsReadyAsync(house); units++)
        {
            Assert.True(units < 20, "The backfill does not come to an end.");
            // Each run is stopped after one unit that changes something, as by a kill: the first unit of a later run finds the repository.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var seen = new StopAfterUnit(house.Database.Database, stop, units == 1 ? 1 : 2);
            try
            {
                await BackfillOver(house, seen).RunAsync(OldModel, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                await house.UpgradeAsync();
            }
        }

        await WholeAsync(house, run);
        Got(await BackfillOver(house, house.Database.Database).RunAsync(OldModel, Cancellation));
        await WholeAsync(house, run);
    }

    [Theory, OnEveryEngine]
    public async Task What_changes_while_it_runs_is_in_the_refs_too(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartOldAsync(engine);
        await FillAsync(house);
        await house.UpgradeAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await BackfillOver(house, new StopAfterUnit(house.Database.Database, stop, 3)).RunAsync(OldModel, stop.Token));

        // Versions 1 and 2 have commits by now, the others have none.
        var third = new ModelVersionId("old", 3);
        Got(await house.Versions.DeleteAsync(Principal.Local, third with { Version = 1 }, Cancellation));
        Got(await house.Models.SetAliasAsync(Principal.Local, third, "champion", Cancellation));
        Got(await house.Versions.MoveAsync(Principal.Local, third with { Version = 2 }, "Staging", false, Cancellation));
        var added = await house.AddVersionAsync("old");
        Assert.Equal((7L, null), (added.Id.Version, added.Commit));
        Got(await house.Models.RenameAsync(Principal.Local, "old", "renamed", Cancellation));

        Got(await BackfillOver(house, house.Database.Database).RunAsync(OldModel, Cancellation));
        Assert.Equal(
            ["aliases/champion", "aliases/old-alias", "heads/main", "stages/Production/v3", "stages/Staging/v2", "stages/Staging/v5",
                "tags/v2", "tags/v3", "tags/v5", "tags/v6", "tags/v7"],
            (await RefsAsync(house)).Select(static found => found.Name));
        Assert.Equal("model:renamed", Got(await house.Repositories.GetAsync(Principal.Local, "old-model", Cancellation)).GovernedBy);
        var next = await house.AddVersionAsync("renamed");
        var seventh = Got(await house.Versions.GetAsync(Principal.Local, new ModelVersionId("renamed", 7), Cancellation));
        var commit = Got(await house.Commits.GetAsync(Principal.Local, "old-model", next.Commit!.Id, Cancellation)).Commit;
        Assert.Equal([seventh.Commit!.Id], commit.Parents);
    }

    /// <summary>Six versions, the fourth deleted, of which the first has files and the others are elsewhere.</summary>
    private static async Task<Run> FillAsync(RegistryHouse house)
    {
        var run = await ModelRepositoryTests.RunWithModelAsync(house, ("model/MLmodel", "flavors"), ("model/a/weights", "12345"));
        var written = await house.Database.Database.WriteAsync<Done>(
            async session =>
            {
                await session.Prepare(AddModel).Bind("name", "old").Bind("last", OldVersions).Bind("now_ms", MadeMs).ExecuteAsync();
                await EventAsync(session, null, "model.create", null, """{"name":"old"}""");
                for (var version = 1; version <= OldVersions; version++)
                {
                    var source = version == 1 ? $"runs:/{run.Info.Id}/model" : version == 2 ? "models:/old/1" : "s3://bucket/model";
                    await session.Prepare(AddVersion)
                        .Bind("version", version).Bind("stage", version == 3 ? 2L : version == 5 ? 1L : 0L).Bind("source", source)
                        .Bind("uri", version <= 2 ? $"{run.Info.ArtifactUri}/model" : source)
                        .Bind("run_id", version == 1 ? run.Info.Id.Text : null).Bind("now_ms", MadeMs)
                        .Bind("deleted_ms", version == 4 ? MadeMs : (long?)null).ExecuteAsync();
                    await EventAsync(session, version, "version.create", null, $$"""{"source":"{{source}}"}""");
                }

                await EventAsync(session, 3, "version.stage", """{"stage":"None"}""", """{"stage":"Production"}""");
                await EventAsync(session, 5, "version.stage", """{"stage":"None"}""", """{"stage":"Staging"}""");
                await EventAsync(session, 4, "version.delete", """{"stage":"None"}""", null);
                await session.Prepare(AddAlias).Bind("alias", "old-alias").Bind("version", 5L).ExecuteAsync();
                await EventAsync(session, 5, "alias.set", null, """{"alias":"old-alias","version":"5"}""");
                return Done.Value;
            },
            Cancellation);
        Got(written);
        return run;
    }

    private static async ValueTask EventAsync(DbSession session, long? version, string action, string? before, string? after) =>
        await session.Prepare(AddEvent)
            .Bind("version", version).Bind("now_ms", MadeMs).Bind("action", action).Bind("before", before).Bind("after", after)
            .ExecuteAsync();

    private static async Task WholeAsync(RegistryHouse house, Run run)
    {
        Assert.Equal(
            ["aliases/old-alias", "heads/main", "stages/Production/v3", "stages/Staging/v5", "tags/v1", "tags/v2", "tags/v3", "tags/v5",
                "tags/v6"],
            (await RefsAsync(house)).Select(static found => found.Name));
        var search = new VersionSearch(null, ["version_number ASC"], new PageRequest(100), FilterDialect.Native);
        var versions = Got(await house.Versions.SearchAsync(Principal.Local, search, Cancellation)).Items;
        Assert.Equal([1L, 2, 3, 5, 6], versions.Select(static version => version.Id.Version));
        Digest? parent = null;
        foreach (var version in versions)
        {
            var commit = Got(await house.Commits.GetAsync(Principal.Local, "old-model", version.Commit!.Id, Cancellation)).Commit;
            Assert.Equal(parent is { } before ? [before] : [], commit.Parents);
            Assert.Equal(("ann", MadeMs), (commit.Author.Name, commit.TimeMs));
            Assert.Equal(version.Id.Version <= 2 ? 2 : 0, version.Commit.FileCount);
            parent = version.Commit.Id;
        }

        Assert.Equal((versions[0].Commit!.Tree, 12L), (versions[1].Commit!.Tree, versions[1].Commit!.SizeBytes));
        var copy = Got(await house.Commits.GetAsync(Principal.Local, "old-model", versions[1].Commit!.Id, Cancellation)).Commit;
        Assert.Equal("old/1", copy.Facts["copied-from"]);
        var first = Got(await house.Commits.GetAsync(Principal.Local, "old-model", versions[0].Commit!.Id, Cancellation)).Commit;
        Assert.Equal(run.Info.Id.Text, first.Facts["run"]);
        Assert.Equal("The files are elsewhere: s3://bucket/model.", versions[2].Commit!.Note);

        // The past knew no commits, the present does.
        var past = Got(await house.History.AsOfAsync(Principal.Local, "old", MadeMs, Cancellation));
        Assert.All(past.Versions, static version => Assert.Null(version.Commit));
        var now = Got(await house.History.AsOfAsync(Principal.Local, "old", 32_503_680_000_000, Cancellation));
        Assert.Equal(
            versions.Select(static version => version.Commit!.Id.ToString()), now.Versions.Select(static version => version.Commit));
        Assert.Equal(["None", "None", "Production", "Staging", "None"], now.Versions.Select(static version => version.Stage));
        Assert.Equal(OldVersions - 1, (await house.EventsAsync("old")).Count(static change => change.Action is "version.commit"));
    }

    private static async Task<Ref[]> RefsAsync(RegistryHouse house)
    {
        var listed = await house.Refs.ListAsync(Principal.Local, "old-model", "", new PageRequest(100), Cancellation);
        return listed.TryGet(out var page, out _) && await IsReadyAsync(house) ? [.. page.Items] : [];
    }

    private static async Task<bool> IsReadyAsync(RegistryHouse house) => await house.Database.Database.ReadAsync(
        static async session => await session.Prepare(CountReady).LongAsync() == 1, Cancellation);

    private static RepositoryBackfill BackfillOver(RegistryHouse house, IDatabase database) =>
        ActivatorUtilities.CreateInstance<RepositoryBackfill>(house.Database.Services, database);

    private static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await isTrue()) await timer.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>The database, until some units of writing are durable; then whoever writes is stopped.</summary>
    private sealed class StopAfterUnit(IDatabase database, CancellationTokenSource stop, int units) : IDatabase
    {
        private int _left = units;

        public DatabaseEngine Engine => database.Engine;

        public ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> work, CancellationToken cancellation) =>
            database.ReadAsync(work, cancellation);

        public async ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            var written = await database.WriteAsync(work, cancellation);
            if (--_left == 0) await stop.CancelAsync();
            return written;
        }
    }
}
