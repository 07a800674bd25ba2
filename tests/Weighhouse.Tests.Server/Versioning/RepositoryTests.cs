using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tests.Server.Tracking;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public class RepositoryTests
{
    [Theory, OnEveryEngine]
    public async Task Repositories_are_found_by_a_part_of_name_or_description_whatever_its_case(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await MakeAsync(house, "Street-Signs", "photographs");
        await MakeAsync(house, "speech", "Recorded by 100% volunteers");
        await MakeAsync(house, "a_b", null);

        Assert.Equal(["Street-Signs"], await NamesAsync(house, new RepositoryQuery("STREET")));
        Assert.Equal(["speech"], await NamesAsync(house, new RepositoryQuery("recorded")));
        Assert.Equal(["speech"], await NamesAsync(house, new RepositoryQuery("100%")));
        Assert.Equal(["a_b"], await NamesAsync(house, new RepositoryQuery("_")));
        Assert.Empty(await NamesAsync(house, new RepositoryQuery("\\")));
        Assert.Equal(4, (await NamesAsync(house, new RepositoryQuery(""))).Count);
    }

    [Theory, OnEveryEngine]
    public async Task Every_order_goes_on_from_page_to_page_and_leaves_none_out(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        for (var i = 0; i < 7; i++) await MakeAsync(house, $"r{i}", null);
        foreach (var order in Enum.GetValues<RepositoryOrder>())
        {
            var names = await NamesAsync(house, new RepositoryQuery(Order: order), size: 3);
            Assert.Equal(8, names.Count);
            Assert.Equal(8, names.Distinct().Count());
        }

        var first = Got(await house.Repositories.ListAsync(Principal.Local, new RepositoryQuery(), new PageRequest(3), Cancellation));
        var other = await house.Repositories.ListAsync(
            Principal.Local, new RepositoryQuery("r"), new PageRequest(3, first.NextToken), Cancellation);
        Assert.Equal(ErrorCode.InvalidArgument, other.Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task A_renamed_repository_keeps_its_history_and_frees_its_name(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await house.CommitAsync("heads/main", ("a", "1"));
        await MakeAsync(house, "taken", null);
        var change = new RepositoryChange(Name: "numbers");

        Assert.Equal(ErrorCode.PermissionDenied, (await ChangeAsync(house, change, Contributor(Scope.DefaultProject))).Error?.Code);
        Assert.Equal(ErrorCode.AlreadyExists, (await ChangeAsync(house, change with { Name = "taken" })).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await ChangeAsync(house, change with { Name = "../x" })).Error?.Code);
        var renamed = Got(await ChangeAsync(house, change));

        Assert.Equal("numbers", renamed.Name);
        Got(await house.Refs.GetAsync(Principal.Local, "numbers", "heads/main", Cancellation));
        Assert.Equal(ErrorCode.NotFound, (await house.Repositories.GetAsync(Principal.Local, Repo, Cancellation)).Error?.Code);
        await MakeAsync(house, Repo, null);
        Assert.Contains(house.Audit.Entries, entry => entry.Action == "repository.rename");
    }

    private static async Task MakeAsync(VersioningHouse house, string name, string? description) =>
        Got(await house.Repositories.CreateAsync(Principal.Local, new NewRepository(name, description), Cancellation));

    private static async Task<Result<Repository>> ChangeAsync(VersioningHouse house, RepositoryChange change, Principal? caller = null) =>
        await house.Repositories.ChangeAsync(caller ?? Principal.Local, Repo, change, Cancellation);

    private static async Task<List<string>> NamesAsync(VersioningHouse house, RepositoryQuery query, int size = 100)
    {
        var names = new List<string>();
        string? token = null;
        do
        {
            var page = Got(await house.Repositories.ListAsync(Principal.Local, query, new PageRequest(size, token), Cancellation));
            names.AddRange(page.Items.Select(repository => repository.Name));
            token = page.NextToken;
        } while (token is not null);
        return names;
    }
}
