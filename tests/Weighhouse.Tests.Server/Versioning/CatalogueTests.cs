using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Catalogue;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class CatalogueTests
{
    private const string Table = "id,label\n1,cat\n2,dog\n";

    [Theory, OnEveryEngine]
    public async Task An_entry_joins_what_people_say_with_what_the_data_says(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var commit = await house.CommitAsync("heads/main", ("data/train.csv", Table), ("data/readme", "x"));

        var set = await SetAsync(house, "data", new CatalogueChange(
            "What is *drawn*.", " ann ", "https://example.org", "CC-BY-4.0", ["vision", "digits", "vision"], TimeSpan.FromDays(1)));

        Assert.Equal(
            ("What is *drawn*.", "ann", "https://example.org", "CC-BY-4.0", TimeSpan.FromDays(1)),
            (set.Note.Description, set.Note.Owner, set.Note.Source, set.Note.Licence, set.Note.FreshFor));
        Assert.Equal(["digits", "vision"], set.Note.Tags);
        Assert.False(set.IsBehind);
        var data = Assert.IsType<CatalogueData>(set.Data);
        Assert.Equal(
            (EntryKind.Folder, (Digest?)commit, "Ann", Table.Length + 1L), (data.Kind, data.ChangedIn, data.ChangedBy, data.SizeBytes));
        Assert.Equal(("train.csv", "csv", 2L), (data.Schema?.File, data.Schema?.Format, data.Schema?.Rows));
        Assert.Equal([new SchemaColumn("id", "integer"), new SchemaColumn("label", "text")], data.Schema!.Columns);
        Assert.Equal(set, Got(await GetAsync(house, "data")) with { Note = set.Note, Data = set.Data });
    }

    [Theory, OnEveryEngine]
    public async Task A_change_leaves_what_it_does_not_name_and_is_told_in_the_audit_log(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await house.CommitAsync("heads/main", ("a.csv", Table));
        await SetAsync(house, "a.csv", new CatalogueChange("First", "ann", Tags: ["x"], FreshFor: TimeSpan.FromHours(1)));

        var changed = await SetAsync(house, "a.csv", new CatalogueChange(Owner: "", Licence: "MIT", FreshFor: TimeSpan.Zero));

        Assert.Equal(
            ("First", null, "MIT", null), (changed.Note.Description, changed.Note.Owner, changed.Note.Licence, changed.Note.FreshFor));
        Assert.Equal(["x"], changed.Note.Tags);
        Got(await house.Database.Get<ICatalogue>().RemoveAsync(Principal.Local, Repo, PathOf("a.csv"), Cancellation));
        Assert.Equal(ErrorCode.NotFound, (await GetAsync(house, "a.csv")).Error?.Code);
        var told = house.Audit.Entries.Where(entry => entry.Action.StartsWith("catalogue.")).ToArray();
        Assert.Equal(["catalogue.set", "catalogue.set", "catalogue.remove"], told.Select(entry => entry.Action));
        Assert.All(told, entry => Assert.Equal("repo:digits/a.csv", entry.Subject));
        Assert.Equal((null, told[1].Before), (told[0].Before, told[0].After));
        Assert.Contains("\"owner\":\"ann\"", told[1].Before);
        Assert.DoesNotContain("owner", told[1].After);
        Assert.Equal((told[1].After, null), (told[2].Before, told[2].After));
    }

    [Theory, OnEveryEngine]
    public async Task What_the_data_says_follows_the_branch(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.CommitAsync("heads/main", ("a.csv", Table), ("b", "1"));
        await SetAsync(house, "a.csv", new CatalogueChange("Rows"));
        await SetAsync(house, "", new CatalogueChange("All"));

        await house.CommitAsync("heads/main", ("a.csv", Table), ("b", "2"));
        Assert.True((await ListAsync(house, new CatalogueQuery()))[1].IsBehind);
        Assert.Equal(2, await KeeperOf(house).CatchUpAsync(Cancellation));
        Assert.Equal(0, await KeeperOf(house).CatchUpAsync(Cancellation));
        Assert.Equal(first, (await ListAsync(house, new CatalogueQuery(Text: "Rows")))[0].Data?.ChangedIn);

        var third = await house.CommitAsync("heads/main", ("a.csv", Table + "3,owl\n"), ("b", "2"));
        var renewed = Got(await GetAsync(house, "a.csv"));
        Assert.Equal(((Digest?)third, 3L), (renewed.Data?.ChangedIn, renewed.Data?.Schema?.Rows));
        await house.CommitAsync("heads/main", ("b", "2"));
        Assert.Equal((Freshness.Gone, null), (Got(await GetAsync(house, "a.csv")).Freshness, Got(await GetAsync(house, "a.csv")).Data));
        Assert.Equal(1, Got(await GetAsync(house, "")).Data?.SizeBytes);

        var back = await house.MoveAsync("heads/main", await house.HeadAsync("heads/main"), first, force: true);
        Assert.False(back.IsFailure);
        Assert.Equal(first, Got(await GetAsync(house, "a.csv")).Data?.ChangedIn);
    }

    [Theory, OnEveryEngine]
    public async Task Entries_are_found_by_words_tags_owner_column_and_freshness(DatabaseEngine engine)
    {
        var clock = new SetClock(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_001_000));
        await using var house = await VersioningHouse.StartAsync(engine, clock: clock);
        await house.CommitAsync("heads/main", ("a.csv", Table), ("b.csv", "Id,price_%\n1,2\n"), ("c", "text"), ("d", "text"));
        await SetAsync(house, "a.csv", new CatalogueChange("Street signs of ÜLM", "Ann", Tags: ["vision"], FreshFor: TimeSpan.FromDays(1)));
        await SetAsync(house, "b.csv", new CatalogueChange("Prices", "ann b", "shop", "MIT", ["money", "vision 2"], TimeSpan.FromDays(9)));
        await SetAsync(house, "c", new CatalogueChange("100% words_"));
        await SetAsync(house, "d", new CatalogueChange("Gone soon"));
        await house.CommitAsync("heads/main", ("a.csv", Table), ("b.csv", "Id,price_%\n1,2\n"), ("c", "text"));
        await KeeperOf(house).CatchUpAsync(Cancellation);
        clock.Now += TimeSpan.FromDays(2);

        Assert.Equal(["a.csv"], await FindAsync(house, new CatalogueQuery("ülm SIGNS")));
        Assert.Equal(["b.csv"], await FindAsync(house, new CatalogueQuery("mit shop")));
        Assert.Equal(["a.csv", "b.csv"], await FindAsync(house, new CatalogueQuery("ann")));
        Assert.Equal(["c"], await FindAsync(house, new CatalogueQuery("0% s_")));
        Assert.Equal(["a.csv", "b.csv", "c", "d"], await FindAsync(house, new CatalogueQuery("DIGITS")));
        Assert.Equal(["b.csv"], await FindAsync(house, new CatalogueQuery("price")));
        Assert.Equal(["a.csv"], await FindAsync(house, new CatalogueQuery(Tag: "Vision")));
        Assert.Equal(["a.csv"], await FindAsync(house, new CatalogueQuery(Owner: "ANN")));
        Assert.Equal(["a.csv", "b.csv"], await FindAsync(house, new CatalogueQuery(Column: "ID")));
        Assert.Equal(["b.csv"], await FindAsync(house, new CatalogueQuery(Column: "price_%")));
        Assert.Empty(await FindAsync(house, new CatalogueQuery(Column: "price")));
        Assert.Equal(["a.csv"], await FindAsync(house, new CatalogueQuery(Freshness: Freshness.Stale)));
        Assert.Equal(["b.csv"], await FindAsync(house, new CatalogueQuery(Freshness: Freshness.Fresh)));
        Assert.Equal(["c"], await FindAsync(house, new CatalogueQuery(Freshness: Freshness.Unstated)));
        Assert.Equal(["d"], await FindAsync(house, new CatalogueQuery(Freshness: Freshness.Gone)));
        Assert.Equal(["a.csv"], await FindAsync(house, new CatalogueQuery("signs", "vision", "ann", "label", Freshness.Stale, Repo)));
        foreach (var entry in await ListAsync(house, new CatalogueQuery()))
            Assert.Contains(entry.Path, await FindAsync(house, new CatalogueQuery(Freshness: entry.Freshness)));
    }

    [Theory, OnEveryEngine]
    public async Task Every_order_goes_on_from_page_to_page_and_leaves_none_out(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await house.CommitAsync("heads/main", [.. Enumerable.Range(0, 7).Select(i => ($"f{i}", $"{i}"))]);
        for (var i = 0; i < 7; i++) await SetAsync(house, $"f{i}", new CatalogueChange("x"));
        foreach (var order in Enum.GetValues<CatalogueOrder>())
        {
            var paths = await FindAsync(house, new CatalogueQuery(Order: order), size: 3);
            Assert.Equal(7, paths.Count);
            Assert.Equal(7, paths.Distinct().Count());
        }

        var first = Got(await house.Database.Get<ICatalogue>().ListAsync(
            Principal.Local, new CatalogueQuery(), new PageRequest(3), Cancellation));
        var other = await house.Database.Get<ICatalogue>().ListAsync(
            Principal.Local, new CatalogueQuery("f"), new PageRequest(3, first.NextToken), Cancellation);
        Assert.Equal(ErrorCode.InvalidArgument, other.Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Who_may_not_view_a_repository_finds_nothing_of_it_and_who_may_only_view_changes_nothing(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await house.CommitAsync("heads/main", ("a.csv", Table));
        await SetAsync(house, "a.csv", new CatalogueChange("Secret", "ann", Tags: ["t"]));
        var catalogue = house.Database.Get<ICatalogue>();

        var stranger = Contributor("other");
        Assert.Empty(await FindAsync(house, new CatalogueQuery(), caller: stranger));
        Assert.Empty(await FindAsync(house, new CatalogueQuery("Secret", Repository: Repo), caller: stranger));
        var hidden = await catalogue.GetAsync(stranger, Repo, PathOf("a.csv"), Cancellation);
        var absent = await catalogue.GetAsync(stranger, "absent", PathOf("a.csv"), Cancellation);
        Assert.Equal(absent.Error?.Message.Replace("absent", Repo), hidden.Error?.Message);
        Assert.Equal(ErrorCode.NotFound, (await TakeAsync(stranger)).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await catalogue.RemoveAsync(stranger, Repo, PathOf("a.csv"), Cancellation)).Error?.Code);

        var viewer = Viewer(Scope.DefaultProject);
        Assert.Equal(["a.csv"], await FindAsync(house, new CatalogueQuery(), caller: viewer));
        Assert.Equal(ErrorCode.PermissionDenied, (await TakeAsync(viewer)).Error?.Code);
        Assert.Equal(
            ErrorCode.PermissionDenied, (await catalogue.RemoveAsync(viewer, Repo, PathOf("a.csv"), Cancellation)).Error?.Code);
        Assert.Equal("Secret", Got(await GetAsync(house, "a.csv")).Note.Description);

        Got(await house.Repositories.DeleteAsync(Principal.Local, Repo, Cancellation));
        Assert.Empty(await FindAsync(house, new CatalogueQuery()));
        Got(await house.Repositories.RestoreAsync(Principal.Local, Repo, Cancellation));
        Assert.Equal(["a.csv"], await FindAsync(house, new CatalogueQuery()));

        ValueTask<Result<CatalogueEntry>> TakeAsync(Principal caller) =>
            catalogue.SetAsync(caller, Repo, PathOf("a.csv"), new CatalogueChange("Mine"), Cancellation);
    }

    [Theory, OnEveryEngine]
    public async Task What_does_not_fit_is_refused_by_its_name(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine, new VersioningOptions { CatalogueEntriesMax = 1 });
        Assert.Equal(ErrorCode.NotFound, (await TryAsync("a", new CatalogueChange("no branch yet"))).Error?.Code);
        await house.CommitAsync("heads/main", ("a", "1"), ("b", "2"));
        Assert.Equal(ErrorCode.NotFound, (await TryAsync("c", new CatalogueChange("not there"))).Error?.Code);
        foreach (var (field, change) in new (string, CatalogueChange)[]
        {
            ("description", new(new string('x', 4_001))), ("description", new("nul\0")), ("owner", new(Owner: "two\nlines")),
            ("source", new(Source: new string('x', 1_001))), ("licence", new(Licence: "\ud800")), ("tags", new(Tags: [" "])),
            ("tags", new(Tags: ["a,b"])), ("tags", new(Tags: [new string('x', 101)])),
            ("tags", new(Tags: [.. Enumerable.Range(0, 33).Select(i => $"t{i}")])), ("freshFor", new(FreshFor: TimeSpan.FromDays(3_651))),
            ("freshFor", new(FreshFor: TimeSpan.FromDays(-1))),
        })
        {
            var refused = (await TryAsync("a", change)).Error;
            Assert.Equal((ErrorCode.InvalidArgument, field), (refused?.Code, refused?.Field));
        }

        Got(await TryAsync("a", new CatalogueChange("fits")));
        Got(await TryAsync("a", new CatalogueChange("fits again")));
        Assert.Equal(ErrorCode.FailedPrecondition, (await TryAsync("b", new CatalogueChange("one too many"))).Error?.Code);

        ValueTask<Result<CatalogueEntry>> TryAsync(string path, CatalogueChange change) =>
            house.Database.Get<ICatalogue>().SetAsync(Principal.Local, Repo, PathOf(path), change, Cancellation);
    }

    private static CatalogueKeeper KeeperOf(VersioningHouse house) => house.Database.Get<CatalogueKeeper>();

    private static async Task<CatalogueEntry> SetAsync(VersioningHouse house, string path, CatalogueChange change) =>
        Got(await house.Database.Get<ICatalogue>().SetAsync(Principal.Local, Repo, PathOf(path), change, Cancellation));

    private static ValueTask<Result<CatalogueEntry>> GetAsync(VersioningHouse house, string path) =>
        house.Database.Get<ICatalogue>().GetAsync(Principal.Local, Repo, PathOf(path), Cancellation);

    private static async Task<List<CatalogueEntry>> ListAsync(
        VersioningHouse house, CatalogueQuery query, int size = 50, Principal? caller = null)
    {
        var found = new List<CatalogueEntry>();
        string? token = null;
        do
        {
            var page = Got(await house.Database.Get<ICatalogue>().ListAsync(
                caller ?? Principal.Local, query, new PageRequest(size, token), Cancellation));
            Assert.True(page.Items.Count <= size);
            found.AddRange(page.Items);
            token = page.NextToken;
        } while (token is not null);
        return found;
    }

    private static async Task<List<string>> FindAsync(
        VersioningHouse house, CatalogueQuery query, int size = 50, Principal? caller = null) =>
        (await ListAsync(house, query, size, caller)).ConvertAll(entry => entry.Path);

    private static TreePath PathOf(string text) => Got(TreePath.Parse(text));

    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
