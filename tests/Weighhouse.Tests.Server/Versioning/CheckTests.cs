using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tests.Access;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class CheckTests
{
    [Theory, OnEveryEngine]
    public async Task Everything_a_ref_leads_to_or_led_to_lately_is_live(DatabaseEngine engine)
    {
        var clock = new ManualClock();
        await using var house = await VersioningHouse.StartAsync(engine, clock: clock);
        await house.CommitAsync("heads/main", ("x/a", "1"), ("b", "1"));
        await house.CommitAsync("heads/main", ("x/a", "2"), ("b", "1"));
        var kept = house.Objects.Ids.ToHashSet();
        Assert.Equal(kept, await LiveAsync(house));
        // A branch of its own, then deleted: restorable for the time the options say.
        Got(await house.MoveAsync("heads/side", null, await house.HeadAsync("heads/main")));
        var aside = await house.CommitAsync("heads/side", ("x/a", "3"));
        var withSide = house.Objects.Ids.ToHashSet();
        Got(await house.MoveAsync("heads/side", aside, null));
        Assert.Equal(withSide, await LiveAsync(house));
        clock.Advance(new VersioningOptions().RestoreWithin + TimeSpan.FromMinutes(1));
        Assert.Equal(kept, await LiveAsync(house));
        // Nothing leads to what was only added.
        house.AddCommit("loose", []);
        Assert.Equal(kept, await LiveAsync(house));
        Got(await house.Repositories.DeleteAsync(Principal.Local, Repo, Cancellation));
        Assert.Equal(kept, await LiveAsync(house));
        clock.Advance(new VersioningOptions().RestoreWithin + TimeSpan.FromMinutes(1));
        Assert.Empty(await LiveAsync(house));
    }

    [Theory, OnEveryEngine]
    public async Task A_tree_that_cannot_be_read_stops_the_collection(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await house.CommitAsync("heads/main", ("x/a", "1"));
        Assert.True(house.Objects.Remove(house.AddTree(("a", "1")).Id));
        var stopped = await Assert.ThrowsAnyAsync<ErrorException>(() => LiveAsync(house));
        Assert.Equal(ErrorCode.NotFound, stopped.Error.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Damage_is_named_by_repository_ref_and_path(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await house.CommitAsync("heads/main", ("x/lost", "1"), ("x/fine", "2"), ("gone/y", "3"));
        var head = await house.CommitAsync("heads/main", ("x/lost", "1"), ("x/fine", "2"), ("gone/y", "3"), ("suspect", "4"));
        var sound = Got(await house.Check.CheckAsync(Principal.Local, Repo, null, Cancellation));
        Assert.Equal((2, 4, 4, 0), (sound.Commits, sound.Trees, sound.Files, sound.Damages.Count));
        house.Objects.Remove(house.Objects.AddFile("", "1").Id);
        house.Objects.Replace(house.AddTree(("y", "3")).Id, [1, 2, 3]);
        var report = Got(await house.Check.CheckAsync(
            Principal.Local, null, new HashSet<Digest> { house.Objects.AddFile("", "4").Id }, Cancellation));
        Assert.Equal(
            [(Repo, "heads/main", head, "gone"), (Repo, "heads/main", head, "suspect"), (Repo, "heads/main", head, "x/lost")],
            report.Damages.Select(damage => (damage.Repository, damage.Ref, damage.Commit, damage.Path.Text)));
        Assert.Equal(
            ErrorCode.PermissionDenied,
            (await house.Check.CheckAsync(Contributor(Scope.DefaultProject), Repo, null, Cancellation)).Error?.Code);
    }

    private static async Task<HashSet<Digest>> LiveAsync(VersioningHouse house)
    {
        var named = new NamedObjects();
        foreach (var roots in house.Database.Get<IEnumerable<ILiveObjects>>()) await roots.NameAsync(named, Cancellation);
        return named.Ids;
    }

    private sealed class NamedObjects : ILiveMarks
    {
        public HashSet<Digest> Ids { get; } = [];

        public void Begin(LiveOwner owner)
        {
        }

        public void AddFile(Digest id) => Ids.Add(id);

        public bool AddNode(Digest id) => Ids.Add(id);
    }
}
