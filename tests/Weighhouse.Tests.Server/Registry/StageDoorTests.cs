using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class StageDoorTests
{
    private static readonly Stage[] Guarded =
        [new("None"), new("Staging", ArchivesOthers: true), new("Production", ArchivesOthers: true, IsProtected: true), new("Archived")];

    private static readonly Principal Ann = new(PrincipalKind.User, "ann", [new Grant(Role.Contributor, Scope.Model("default", "m"))]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task No_way_leads_a_contributor_into_a_protected_stage_or_out_of_it(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var one = (await house.AddVersionAsync("m")).Id;
        var two = (await house.AddVersionAsync("m")).Id;
        Got(await house.Stages.SetAsync(Principal.Local, Scope.DefaultProject, Guarded, Cancellation));
        Got(await house.Versions.MoveAsync(Ann, one, "Staging", null, Cancellation));
        Got(await house.Models.SetAliasAsync(Ann, two, "canary", Cancellation));

        Refused(await house.Versions.MoveAsync(Ann, one, "Production", null, Cancellation));
        Refused(await house.Models.SetAliasAsync(Ann, two, "production", Cancellation));
        Got(await house.Versions.MoveAsync(Principal.Local, one, "production", null, Cancellation));
        Got(await house.Models.SetAliasAsync(Principal.Local, one, "Production", Cancellation));
        Refused(await house.Versions.MoveAsync(Ann, one, "Archived", null, Cancellation));
        Refused(await house.Versions.MoveAsync(Ann, two, "Production", true, Cancellation));
        Refused(await house.Versions.RollbackStageAsync(Ann, "m", "Production", Cancellation));
        Refused(await house.Versions.DeleteAsync(Ann, one, Cancellation));
        Refused(await house.Models.SetAliasAsync(Ann, two, "Production", Cancellation));
        Refused(await house.Models.DeleteAliasAsync(Ann, "m", "Production", Cancellation));
        Refused(await house.Models.RollbackAliasAsync(Ann, "m", "Production", Cancellation));
        Refused(await house.Models.DeleteAsync(Ann, "m", Cancellation));

        var kept = Got(await house.Versions.GetAsync(Ann, one, Cancellation));
        Assert.Equal(("Production", "Production"), (kept.Stage, Assert.Single(kept.Aliases)));
        Got(await house.Versions.RollbackStageAsync(Principal.Local, "m", "Production", Cancellation));
        Got(await house.Models.RollbackAliasAsync(Principal.Local, "m", "Production", Cancellation));
        Got(await house.Models.DeleteAsync(Ann, "m", Cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task Who_may_not_archive_does_not_archive_by_promoting_another(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var one = (await house.AddVersionAsync("m")).Id;
        var two = (await house.AddVersionAsync("m")).Id;
        Stage[] stages = [new("None"), new("Live", ArchivesOthers: true), new("Sealed", IsProtected: true)];
        Got(await house.Stages.SetAsync(Principal.Local, Scope.DefaultProject, stages, Cancellation));
        Got(await house.Versions.MoveAsync(Ann, one, "Live", null, Cancellation));
        Refused(await house.Versions.MoveAsync(Ann, two, "Live", null, Cancellation));
        Got(await house.Versions.MoveAsync(Ann, two, "Live", false, Cancellation));
        Got(await house.Versions.MoveAsync(Principal.Local, one, "Live", null, Cancellation));
        Assert.Equal("Sealed", Got(await house.Versions.GetAsync(Ann, two, Cancellation)).Stage);
    }

    [Theory, OnEveryEngine]
    public async Task A_promotion_that_archived_hundreds_is_taken_back_with_all_of_them(DatabaseEngine engine)
    {
        const int Many = 300;
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        for (var i = 1; i <= Many; i++)
        {
            var id = (await house.AddVersionAsync("m")).Id;
            Got(await house.Versions.MoveAsync(Principal.Local, id, "Production", false, Cancellation));
        }

        var champion = (await house.AddVersionAsync("m")).Id;
        Got(await house.Versions.MoveAsync(Principal.Local, champion, "Production", true, Cancellation));
        Assert.Equal([champion.Version], await InProductionAsync(house));
        var back = Got(await house.Versions.RollbackStageAsync(Principal.Local, "m", "Production", Cancellation));
        Assert.Equal(Enumerable.Range(1, Many).Select(static version => (long)version), back.Select(static version => version.Id.Version));
        Assert.Equal(back.Select(static version => version.Id.Version), await InProductionAsync(house));
        Assert.Equal("None", Got(await house.Versions.GetAsync(Principal.Local, champion, Cancellation)).Stage);
        var refs = Got(await house.Refs.ListAsync(Principal.Local, "m-model", "stages/", new PageRequest(1_000), Cancellation));
        Assert.Equal(Many, refs.Items.Count(static found => found.Name.StartsWith("stages/Production/", StringComparison.Ordinal)));
        Assert.Equal(Many, refs.Items.Count);
    }

    private static async Task<IEnumerable<long>> InProductionAsync(RegistryHouse house)
    {
        var search = new VersionSearch(null, ["version_number ASC"], new PageRequest(1_000), FilterDialect.Native);
        var page = Got(await house.Versions.SearchAsync(Principal.Local, search, Cancellation));
        return page.Items.Where(static version => version.Stage is "Production").Select(static version => version.Id.Version);
    }

    private static void Refused<T>(Result<T> result)
    {
        Assert.Equal(ErrorCode.PermissionDenied, result.Error?.Code);
        Assert.Contains("is protected", result.Error!.Message);
    }
}
