using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tracking;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class PastTests
{
    private const int Operations = 10_000;
    private const int InstantsAsked = 400;

    private static readonly string[] Names = ["a", "b", "c", "d", "e"];
    private static readonly string[] Stages = ["None", "Staging", "Production", "Archived"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task The_past_is_what_was_recorded_after_any_operations_and_a_collection(DatabaseEngine engine)
    {
        var seed = TestSeed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        var clock = new StepClock();
        await using var house = await RegistryHouse.StartAsync(engine, clock);
        var recorded = new List<(long AtMs, Dictionary<string, string> State)>();
        for (var i = 0; i < Operations; i++)
        {
            clock.Step(random.Next(4) == 0 ? 0 : random.Next(1, 5_000));
            await ChangeAsync(house, random);
            if (i % (Operations / InstantsAsked) != 0) continue;
            recorded.Add((clock.NowMs, await PresentAsync(house)));
            clock.Step(1);
        }

        await AgreeAsync(house, seed);
        Got(await house.Store.CollectAsync(house.Live, new CollectionRequest(TimeSpan.Zero), Cancellation));
        foreach (var (atMs, state) in recorded)
        {
            var past = Flat(await RegistryAsync(house, atMs));
            var wrong = state.Keys.Union(past.Keys).FirstOrDefault(key => state.GetValueOrDefault(key) != past.GetValueOrDefault(key));
            Assert.True(
                wrong is null,
                $"Seed {seed}: '{wrong}' was '{state.GetValueOrDefault(wrong ?? "")}' at {atMs}, "
                    + $"not '{past.GetValueOrDefault(wrong ?? "")}'.");
        }

        foreach (var (one, other) in recorded.Zip(recorded.Skip(1)).Take(50)) await DiffersAsync(house, one, other);
    }

    private static async Task ChangeAsync(RegistryHouse house, Random random)
    {
        var name = Names[random.Next(Names.Length)];
        var id = new ModelVersionId(name, random.Next(1, 13));
        var alias = "x" + random.Next(3);
        // Most of these may fail, such as for want of the version: then nothing changed, and the past must not show it either.
        switch (random.Next(100))
        {
            case < 8: await house.Models.CreateAsync(Principal.Local, new NewRegisteredModel(name, "of " + name), Cancellation); break;
            case < 9: await house.Models.DeleteAsync(Principal.Local, name, Cancellation); break;
            case < 11: await house.Models.RenameAsync(Principal.Local, name, Names[random.Next(Names.Length)], Cancellation); break;
            case < 15: await house.Models.DescribeAsync(Principal.Local, name, "text " + random.Next(9), Cancellation); break;
            case < 20: await house.Models.SetTagAsync(Principal.Local, name, new Tag("t" + random.Next(3), "v"), Cancellation); break;
            case < 23: await house.Models.DeleteTagAsync(Principal.Local, name, "t" + random.Next(3), Cancellation); break;
            case < 31: await house.Versions.CreateAsync(Principal.Local, new NewModelVersion(name, "s3://b/m"), Cancellation); break;
            case < 34: await house.Versions.DeleteAsync(Principal.Local, id, Cancellation); break;
            case < 55:
                await house.Versions.MoveAsync(Principal.Local, id, Stages[random.Next(4)], random.Next(3) == 0, Cancellation);
                break;
            case < 62: await house.Versions.RollbackStageAsync(Principal.Local, name, Stages[random.Next(1, 4)], Cancellation); break;
            case < 78: await house.Models.SetAliasAsync(Principal.Local, id, alias, Cancellation); break;
            case < 83: await house.Models.DeleteAliasAsync(Principal.Local, name, alias, Cancellation); break;
            case < 90: await house.Models.RollbackAliasAsync(Principal.Local, name, alias, Cancellation); break;
            case < 95: await house.Versions.SetTagAsync(Principal.Local, id, new Tag("t" + random.Next(3), "v"), Cancellation); break;
            case < 97: await house.Versions.DeleteTagAsync(Principal.Local, id, "t" + random.Next(3), Cancellation); break;
            default: await house.Versions.DescribeAsync(Principal.Local, id, "text " + random.Next(9), Cancellation); break;
        }
    }

    /// <summary>The registry as its tables have it now.</summary>
    private static async Task<Dictionary<string, string>> PresentAsync(RegistryHouse house)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        var models = Got(await house.Models.SearchAsync(
            Principal.Local, new ModelSearch(null, [], new PageRequest(1_000), FilterDialect.Native), Cancellation));
        foreach (var model in models.Items)
        {
            facts[model.Name] = model.Description ?? "";
            foreach (var tag in model.Tags) facts[$"{model.Name} tag {tag.Key}"] = tag.Value;
            foreach (var alias in model.Aliases) facts[$"{model.Name} alias {alias.Alias}"] = $"{alias.Version}";
        }

        var versions = Got(await house.Versions.SearchAsync(
            Principal.Local, new VersionSearch(null, [], new PageRequest(10_000), FilterDialect.Native), Cancellation));
        foreach (var version in versions.Items)
        {
            facts[$"{version.Id}"] = $"{version.Stage} {version.Description} {version.Commit?.Id} {version.CreatedMs}";
            foreach (var tag in version.Tags) facts[$"{version.Id} tag {tag.Key}"] = tag.Value;
        }

        return facts;
    }

    private static Dictionary<string, string> Flat(IEnumerable<ModelState> models)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            facts[model.Name] = model.Description ?? "";
            foreach (var tag in model.Tags) facts[$"{model.Name} tag {tag.Key}"] = tag.Value;
            foreach (var alias in model.Aliases) facts[$"{model.Name} alias {alias.Alias}"] = $"{alias.Version}";
            foreach (var version in model.Versions)
            {
                var id = new ModelVersionId(model.Name, version.Version);
                facts[$"{id}"] = $"{version.Stage} {version.Description} {version.Commit} {version.CreatedMs}";
                foreach (var tag in version.Tags) facts[$"{id} tag {tag.Key}"] = tag.Value;
            }
        }

        return facts;
    }

    private static async Task<List<ModelState>> RegistryAsync(RegistryHouse house, long atMs)
    {
        var models = new List<ModelState>();
        string? token = null;
        do
        {
            var page = Got(await house.History.AsOfAsync(Principal.Local, atMs, new PageRequest(200, token), Cancellation));
            models.AddRange(page.Items);
            token = page.NextToken;
        }
        while (token is not null);
        return models;
    }

    /// <summary>Refs and rows say the same.</summary>
    private static async Task AgreeAsync(RegistryHouse house, int seed)
    {
        var models = Got(await house.Models.SearchAsync(
            Principal.Local, new ModelSearch(null, [], new PageRequest(1_000), FilterDialect.Native), Cancellation));
        Assert.True(models.Items.Count > 1, $"Seed {seed} left {models.Items.Count} models.");
        foreach (var model in models.Items)
        {
            var search = new VersionSearch($"name = '{model.Name}'", [], new PageRequest(10_000), FilterDialect.Native);
            var versions = Got(await house.Versions.SearchAsync(Principal.Local, search, Cancellation)).Items;
            var expected = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
            foreach (var version in versions)
            {
                expected[GovernedRefs.OfVersion(version.Id.Version)] = version.Commit!.Id;
                if (version.Stage != "None") expected[GovernedRefs.OfStage(version.Stage, version.Id.Version)] = version.Commit.Id;
                foreach (var alias in version.Aliases) expected[GovernedRefs.Aliases + alias] = version.Commit.Id;
            }

            var listed = Got(await house.Refs.ListAsync(Principal.Local, model.Repository!, "", new PageRequest(1_000), Cancellation));
            Assert.Equal(
                expected.ToArray(),
                listed.Items.Where(static found => found.Name != "heads/main")
                    .Select(static found => KeyValuePair.Create(found.Name, found.Commit))
                    .OrderBy(static found => found.Key, StringComparer.Ordinal));
        }
    }

    /// <summary>A difference applied to the earlier state makes the later one, as far as names of models go.</summary>
    private static async Task DiffersAsync(
        RegistryHouse house, (long AtMs, Dictionary<string, string> State) one, (long AtMs, Dictionary<string, string> State) other)
    {
        var page = Got(await house.History.DiffAsync(Principal.Local, one.AtMs, other.AtMs, new PageRequest(200), Cancellation));
        Assert.Null(page.NextToken);
        var gone = page.Items.SelectMany(static model => model.Changes).Where(static change => change.What is "model").ToArray();
        var names = one.State.Keys.Where(static key => key.Length == 1).ToHashSet();
        foreach (var change in gone) if (change.Before is { } before) names.Remove(before);
        foreach (var change in gone) if (change.After is { } after) names.Add(after);
        Assert.Equal(other.State.Keys.Where(static key => key.Length == 1).Order(), names.Order());
    }

    private sealed class StepClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 5, 3, 14, 3, 0, TimeSpan.Zero);

        public long NowMs => _now.ToUnixTimeMilliseconds();

        public void Step(int ms) => _now += TimeSpan.FromMilliseconds(ms);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
