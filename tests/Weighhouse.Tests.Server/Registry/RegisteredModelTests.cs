using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tests.Server.Tracking;
using Weighhouse.Tracking;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class RegisteredModelTests
{
    [Theory, OnEveryEngine]
    public async Task A_model_is_made_found_described_renamed_and_deleted(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        var made = await house.AddModelAsync("a b/c", null, new Tag("k", "v"), new Tag("k", "last counts"));
        Assert.Equal([new Tag("k", "last counts")], made.Tags);
        Assert.Null(made.Description);
        Refused(
            await house.Models.CreateAsync(Principal.Local, new NewRegisteredModel("a b/c"), Cancellation),
            ErrorCode.AlreadyExists,
            "Registered Model (name=a b/c) already exists.");
        Assert.Equal("text", Got(await house.Models.DescribeAsync(Principal.Local, "a b/c", "text", Cancellation)).Description);
        await house.AddVersionAsync("a b/c");
        Assert.Equal("new", Got(await house.Models.RenameAsync(Principal.Local, "a b/c", "new", Cancellation)).Name);
        Assert.Equal("new", Got(await house.Versions.GetAsync(Principal.Local, new ModelVersionId("new", 1), Cancellation)).Id.Model);
        Got(await house.Models.DeleteAsync(Principal.Local, "new", Cancellation));
        Refused(
            await house.Models.GetAsync(Principal.Local, "new", Cancellation),
            ErrorCode.NotFound,
            "Registered Model with name=new not found");
    }

    [Theory, OnEveryEngine]
    public async Task The_name_of_a_deleted_model_is_free_and_its_versions_begin_anew(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        await house.AddVersionAsync("m");
        Got(await house.Models.DeleteAsync(Principal.Local, "m", Cancellation));
        await house.AddModelAsync("m");
        Assert.Equal(1, (await house.AddVersionAsync("m")).Id.Version);
        Assert.Equal(["m/1"], await house.SearchVersionsAsync(null));
    }

    [Theory, OnEveryEngine]
    public async Task A_name_that_is_taken_cannot_be_given(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("one");
        await house.AddModelAsync("two");
        Refused(
            await house.Models.RenameAsync(Principal.Local, "one", "two", Cancellation),
            ErrorCode.AlreadyExists,
            "Registered Model (name=two) already exists.");
        Assert.Equal("one", Got(await house.Models.RenameAsync(Principal.Local, "one", "one", Cancellation)).Name);
    }

    [Theory]
    [OnEveryEngine("latest", "'latest' alias name (case insensitive) is reserved.")]
    [OnEveryEngine("LATEST", "'latest' alias name (case insensitive) is reserved.")]
    [OnEveryEngine("v12", "Version alias name 'v12' is reserved.")]
    [OnEveryEngine("a b", "Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-).")]
    [OnEveryEngine("a\n", "Invalid alias name: 'a\n'. Names may only contain alphanumerics, underscores (_), and dashes (-).")]
    [OnEveryEngine("", "Registered model alias name cannot be empty.")]
    public async Task An_alias_that_means_something_else_is_refused(DatabaseEngine engine, string alias, string message)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        await house.AddVersionAsync("m");
        var set = await house.Models.SetAliasAsync(Principal.Local, new ModelVersionId("m", 1), alias, Cancellation);
        Refused(set, ErrorCode.InvalidArgument, message);
    }

    [Theory, OnEveryEngine]
    public async Task An_alias_points_at_one_version_and_goes_with_it(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        await house.AddVersionAsync("m");
        await house.AddVersionAsync("m");
        Got(await house.Models.SetAliasAsync(Principal.Local, new ModelVersionId("m", 1), "champion", Cancellation));
        Got(await house.Models.SetAliasAsync(Principal.Local, new ModelVersionId("m", 2), "champion", Cancellation));
        Got(await house.Models.SetAliasAsync(Principal.Local, new ModelVersionId("m", 2), "café", Cancellation));
        Assert.Equal(2, Got(await house.Versions.GetByAliasAsync(Principal.Local, "m", "champion", Cancellation)).Id.Version);
        var model = Got(await house.Models.GetAsync(Principal.Local, "m", Cancellation));
        Assert.Equal([new ModelAlias("café", 2), new ModelAlias("champion", 2)], model.Aliases);
        Got(await house.Versions.DeleteAsync(Principal.Local, new ModelVersionId("m", 2), Cancellation));
        var gone = await house.Versions.GetByAliasAsync(Principal.Local, "m", "champion", Cancellation);
        Assert.Equal("alias", Refused(gone, ErrorCode.NotFound, "Registered model alias champion not found.").Field);
        Assert.Equal(1, Got(await house.Versions.GetByAliasAsync(Principal.Local, "m", "Latest", Cancellation)).Id.Version);
        Got(await house.Models.DeleteAliasAsync(Principal.Local, "m", "champion", Cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task Tags_are_set_over_and_taken_away(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        Got(await house.Models.SetTagAsync(Principal.Local, "m", new Tag("a", "1"), Cancellation));
        Got(await house.Models.SetTagAsync(Principal.Local, "m", new Tag("a", ""), Cancellation));
        Got(await house.Models.SetTagAsync(Principal.Local, "m", new Tag("b", "2"), Cancellation));
        Got(await house.Models.DeleteTagAsync(Principal.Local, "m", "b", Cancellation));
        Got(await house.Models.DeleteTagAsync(Principal.Local, "m", "never", Cancellation));
        Assert.Equal([new Tag("a", "")], Got(await house.Models.GetAsync(Principal.Local, "m", Cancellation)).Tags);
        var long250 = new string('k', 251);
        Refused(
            await house.Models.SetTagAsync(Principal.Local, "m", new Tag(long250, ""), Cancellation),
            ErrorCode.InvalidArgument,
            "'key' exceeds the maximum length of 250 characters");
    }

    [Theory, OnEveryEngine]
    public async Task Nobody_sees_or_changes_what_they_may_not(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("ours", "red");
        await house.AddModelAsync("theirs", "blue");
        var viewer = Viewer("red");
        var contributor = Contributor("red");
        Assert.Equal(["ours"], await house.SearchModelsAsync(null, viewer));
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Models.GetAsync(viewer, "theirs", Cancellation)).Error?.Code);
        var set = await house.Models.SetTagAsync(viewer, "ours", new Tag("a", "b"), Cancellation);
        Assert.Equal(ErrorCode.PermissionDenied, set.Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Models.DeleteAsync(contributor, "theirs", Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.Unauthenticated, (await house.Models.GetAsync(Principal.Anonymous, "ours", Cancellation)).Error?.Code);
        Got(await house.Models.SetTagAsync(contributor, "ours", new Tag("a", "b"), Cancellation));
        var narrow = new Principal(PrincipalKind.User, "nora", [new Grant(Role.Contributor, Scope.Model("red", "ours"))]);
        Got(await house.Models.SetTagAsync(narrow, "ours", new Tag("a", "c"), Cancellation));
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Models.RenameAsync(narrow, "ours", "mine", Cancellation)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Pages_of_a_search_leave_nothing_out_whatever_the_caller_may_see(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        for (var i = 0; i < 23; i++) await house.AddModelAsync($"m{i:00}", i % 3 == 0 ? "red" : "blue");
        var found = new List<string>();
        string? token = null;
        do
        {
            var search = new ModelSearch(null, [], new PageRequest(3, token), FilterDialect.Mlflow);
            var page = Got(await house.Models.SearchAsync(Viewer("red"), search, Cancellation));
            Assert.InRange(page.Items.Count, 0, 3);
            found.AddRange(page.Items.Select(model => model.Name));
            token = page.NextToken;
        }
        while (token is not null);

        Assert.Equal(["m00", "m03", "m06", "m09", "m12", "m15", "m18", "m21"], found);
    }

    [Theory]
    [OnEveryEngine("name = 'Alpha'", "Alpha")]
    [OnEveryEngine("name != 'Alpha'", "alpha beta")]
    [OnEveryEngine("name LIKE 'al%'", "alpha")]
    [OnEveryEngine("name ILIKE 'al%'", "Alpha alpha")]
    [OnEveryEngine("name LIKE '%\\\\%'", "")]
    [OnEveryEngine("tags.kind = 'x'", "Alpha")]
    [OnEveryEngine("tags.kind != 'x'", "alpha")]
    [OnEveryEngine("tag.`kind` LIKE '%' AND name ILIKE 'alpha'", "Alpha alpha")]
    [OnEveryEngine("tags.`mlflow.prompt.is_prompt` != 'true'", "Alpha alpha beta")]
    [OnEveryEngine("tags.`mlflow.prompt.is_prompt` = 'false'", "Alpha alpha beta")]
    [OnEveryEngine("tags.`mlflow.prompt.is_prompt` = 'true'", "")]
    [OnEveryEngine("name = ''' OR 1=1 --'", "")]
    public async Task A_filter_finds_what_it_says(DatabaseEngine engine, string filter, string expected)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("Alpha", null, new Tag("kind", "x"));
        await house.AddModelAsync("alpha", null, new Tag("kind", "y"));
        await house.AddModelAsync("beta");
        Assert.Equal(expected, string.Join(' ', await house.SearchModelsAsync(filter)));
    }

    [Theory]
    [OnEveryEngine("bogus = 'x'")]
    [OnEveryEngine("name > 'x'")]
    [OnEveryEngine("name = x")]
    [OnEveryEngine("metrics.a > 1")]
    [OnEveryEngine("name = 'a' OR name = 'b'")]
    [OnEveryEngine("name IN ('a')")]
    public async Task A_filter_that_says_nothing_is_refused(DatabaseEngine engine, string filter)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        var search = new ModelSearch(filter, [], new PageRequest(10), FilterDialect.Mlflow);
        Assert.Equal(ErrorCode.InvalidArgument, (await house.Models.SearchAsync(Principal.Local, search, Cancellation)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Every_change_is_written_down_with_who_and_when_and_what(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var first = await house.AddVersionAsync("m");
        var second = await house.AddVersionAsync("m");
        Got(await house.Models.SetTagAsync(Contributor("default"), "m", new Tag("a", "1"), Cancellation));
        Got(await house.Models.SetTagAsync(Principal.Local, "m", new Tag("a", "2"), Cancellation));
        Got(await house.Versions.MoveAsync(Principal.Local, new ModelVersionId("m", 1), "Production", true, Cancellation));
        Got(await house.Versions.MoveAsync(Principal.Local, new ModelVersionId("m", 2), "Production", true, Cancellation));
        Got(await house.Models.SetAliasAsync(Principal.Local, new ModelVersionId("m", 2), "a", Cancellation));
        Got(await house.Versions.DeleteAsync(Principal.Local, new ModelVersionId("m", 2), Cancellation));
        var events = (await house.EventsAsync("m")).Reverse().ToArray();
        Assert.Equal(
            [
                "model.create - {\"name\":\"m\"} local",
                Created(first),
                Created(second),
                "model.tag.set - {\"key\":\"a\",\"value\":\"1\"} carl",
                "model.tag.set {\"key\":\"a\",\"value\":\"1\"} {\"key\":\"a\",\"value\":\"2\"} local",
                "version.stage {\"stage\":\"None\"} {\"stage\":\"Production\"} local",
                "version.stage {\"stage\":\"Production\"} {\"stage\":\"Archived\"} local",
                "version.stage {\"stage\":\"None\"} {\"stage\":\"Production\"} local",
                "alias.set - {\"alias\":\"a\",\"version\":\"2\"} local",
                "alias.delete {\"alias\":\"a\",\"version\":\"2\"} - local",
                "version.delete {\"stage\":\"Production\"} - local",
            ],
            events.Select(one => $"{one.Action} {one.Before ?? "-"} {one.After ?? "-"} {one.Actor}"));
        Assert.Equal([null, 1L, 2L, null, null, 1L, 1L, 2L, 2L, 2L, 2L], events.Select(one => one.Version));
        var page = Got(await house.History.ListAsync(Principal.Local, "m", new PageRequest(4), Cancellation));
        var next = Got(await house.History.ListAsync(Principal.Local, "m", new PageRequest(100, page.NextToken), Cancellation));
        Assert.Equal(events.Length, page.Items.Count + next.Items.Count);
        Assert.Null(next.NextToken);

        static string Created(ModelVersion version) =>
            "version.create - {\"source\":\"s3://bucket/model\",\"storage_uri\":\"s3://bucket/model\",\"stage\":\"None\","
            + $"\"commit\":\"{version.Commit!.Id}\"}} local";
    }
}
