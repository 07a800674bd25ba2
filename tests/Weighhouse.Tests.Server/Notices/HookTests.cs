using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Notices;
using Weighhouse.Tests.Http.Egress;
using static Weighhouse.Tests.Server.Notices.NoticesHouse;

namespace Weighhouse.Tests.Server.Notices;

/// <summary>Hooks belong to those who administer what they tell of.</summary>
public sealed class HookTests
{
    private const string Address = "https://hooks.example.org/weigh";

    private static readonly SqlText Secrets = SqlText.Both("ReadSecrets", "SELECT secret FROM notices_hooks WHERE secret IS NOT NULL");

    [Theory, OnEveryEngine]
    public async Task Who_administers_a_model_manages_its_hooks_and_no_others(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var ann = Person("ann", Scope.Model("default", "churn"));
        var whole = (await house.Hooks.CreateAsync(Admin, New(Address, "whole"), Cancellation)).Value;
        var own = (await house.Hooks.CreateAsync(
            ann, New(Address, "own") with { SubjectKind = "model", SubjectName = "churn" }, Cancellation)).Value;

        Assert.Equal(ErrorCode.PermissionDenied, (await house.Hooks.CreateAsync(ann, New(Address, "x"), Cancellation)).Error!.Code);
        Assert.Equal(["own"], (await house.Hooks.ListAsync(ann, new PageRequest(10), Cancellation)).Value.Items.Select(hook => hook.Name));
        Assert.Equal(own.Id, (await house.Hooks.GetAsync(ann, own.Id, Cancellation)).Value.Id);
        // That there is another one is nothing that she learns.
        var unseen = (await house.Hooks.GetAsync(ann, whole.Id, Cancellation)).Error!;
        Assert.Equal((ErrorCode.NotFound, $"There is no hook '{whole.Id}': weigh hooks list"), (unseen.Code, unseen.Message));
        Assert.Equal(ErrorCode.NotFound, (await house.Hooks.DeleteAsync(ann, whole.Id, Cancellation)).Error!.Code);
        Assert.Equal(ErrorCode.NotFound, (await house.Hooks.TestAsync(ann, whole.Id, Cancellation)).Error!.Code);
        Assert.Equal(ErrorCode.NotFound, (await house.Hooks.ReplayDeadAsync(ann, whole.Id, 0, Cancellation)).Error!.Code);
        var listed = await house.Hooks.ListDeliveriesAsync(ann, whole.Id, new PageRequest(10), Cancellation);
        Assert.Equal(ErrorCode.NotFound, listed.Error!.Code);
        var viewer = new Principal(PrincipalKind.User, "vic", [new Grant(Role.Deployer, Scope.Server)]);
        Assert.Empty((await house.Hooks.ListAsync(viewer, new PageRequest(10), Cancellation)).Value.Items);
    }

    [Theory, OnEveryEngine]
    public async Task Hooks_are_listed_page_by_page_changed_and_deleted(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        for (var number = 1; number <= 5; number++)
            Assert.Null((await house.Hooks.CreateAsync(Admin, New(Address, $"hook {number}"), Cancellation)).Error);
        Assert.Equal(ErrorCode.AlreadyExists, (await house.Hooks.CreateAsync(Admin, New(Address, "hook 1"), Cancellation)).Error!.Code);
        var names = new List<string>();
        string? token = null;
        do
        {
            var page = (await house.Hooks.ListAsync(Admin, new PageRequest(2, token), Cancellation)).Value;
            names.AddRange(page.Items.Select(hook => hook.Name));
            token = page.NextToken;
        }
        while (token is not null);
        Assert.Equal(["hook 1", "hook 2", "hook 3", "hook 4", "hook 5"], names);

        var first = (await house.Hooks.ListAsync(Admin, new PageRequest(1), Cancellation)).Value.Items[0];
        var changed = (await house.Hooks.ChangeAsync(
            Admin, first.Id, new HookChange(Types: ["model.*"], Shape: HookShape.Slack, IsActive: false), Cancellation)).Value;
        Assert.Equal(changed with { Types = [] }, (await house.Hooks.GetAsync(Admin, first.Id, Cancellation)).Value with { Types = [] });
        Assert.Equal((HookShape.Slack, false, Address, true), (changed.Shape, changed.IsActive, changed.Url, changed.IsSigned));
        Assert.Null((await house.Hooks.DeleteAsync(Admin, first.Id, Cancellation)).Error);
        Assert.Equal(ErrorCode.NotFound, (await house.Hooks.GetAsync(Admin, first.Id, Cancellation)).Error!.Code);
        Assert.Null((await house.Hooks.CreateAsync(Admin, New(Address, "hook 1"), Cancellation)).Error);
        Assert.Equal(
            ["hook.create", "hook.create", "hook.create", "hook.create", "hook.create", "hook.change", "hook.delete", "hook.create"],
            house.Audit.Entries.Select(entry => entry.Action));
        Assert.All(house.Audit.Entries, entry => Assert.DoesNotContain(Secret, $"{entry}", StringComparison.Ordinal));
    }

    [Theory, OnEveryEngine]
    public async Task What_is_wrong_with_a_hook_is_told(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, options => options with { HooksMax = 1 });
        async Task<string?> FieldAsync(NewHook hook) => (await house.Hooks.CreateAsync(Admin, hook, Cancellation)).Error?.Field;
        Assert.Equal("name", await FieldAsync(New(Address, " ")));
        Assert.Equal("name", await FieldAsync(New(Address, new string('a', 101))));
        Assert.Equal("url", await FieldAsync(New("https://10.0.0.1/")));
        Assert.Equal("url", await FieldAsync(New("https://user:word@hooks.example.org/")));
        Assert.Equal("types", await FieldAsync(New(Address) with { Types = [] }));
        Assert.Equal("types", await FieldAsync(New(Address) with { Types = ["DROP"] }));
        Assert.Equal("secret", await FieldAsync(New(Address) with { Secret = "short" }));
        Assert.Equal("subjectKind", await FieldAsync(New(Address) with { SubjectKind = "model" }));
        Assert.Equal("subjectKind", await FieldAsync(New(Address) with { SubjectKind = "planet", SubjectName = "mars" }));
        Assert.Null((await house.Hooks.CreateAsync(Admin, New(Address), Cancellation)).Error);
        Assert.Equal(ErrorCode.LimitExceeded, (await house.Hooks.CreateAsync(Admin, New(Address, "two"), Cancellation)).Error!.Code);
    }

    [Theory, OnEveryEngine]
    public async Task One_project_does_not_use_up_the_hooks_of_all(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, options => options with { HooksPerProjectMax = 2 });
        async Task<Error?> MakeAsync(string name, string project) =>
            (await house.Hooks.CreateAsync(Admin, New(Address, name) with { Project = project }, Cancellation)).Error;
        Assert.Null(await MakeAsync("one", "left"));
        Assert.Null(await MakeAsync("two", "left"));
        Assert.Equal(
            "Project 'left' has 2 hooks, which is the limit of one. Delete one first.", (await MakeAsync("three", "left"))!.Message);
        Assert.Null(await MakeAsync("one", "right"));
        var first = (await house.Hooks.ListAsync(Admin, new PageRequest(1), Cancellation)).Value.Items[0];
        Assert.Null((await house.Hooks.DeleteAsync(Admin, first.Id, Cancellation)).Error);
        Assert.Null(await MakeAsync("three", "left"));
    }

    [Theory, OnEveryEngine]
    public async Task The_audit_log_gets_the_host_of_an_address_alone_and_who_had_it_tested(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var ann = Person("ann", Scope.Server);
        var hook = (await house.Hooks.CreateAsync(ann, New(Address + "/a-secret-path?key=word"), Cancellation)).Value;
        Assert.Null((await house.Hooks.ChangeAsync(ann, hook.Id, new HookChange(Url: Address + "/a-secret-too"), Cancellation)).Error);
        var test = (await house.Hooks.TestAsync(ann, hook.Id, Cancellation)).Value;
        var entries = house.Audit.Entries.ToList();
        Assert.Equal(
            [("ann", "hook.create"), ("ann", "hook.change"), ("ann", "hook.test")], entries.Select(entry => (entry.Actor, entry.Action)));
        Assert.All(entries, entry => Assert.Equal($"hook:{hook.Id}", entry.Subject));
        Assert.All(
            entries.Take(2),
            entry => Assert.Contains("\"url\":\"https://hooks.example.org\"", entry.After, StringComparison.Ordinal));
        Assert.All(entries, entry => Assert.DoesNotContain("secret-", $"{entry}", StringComparison.Ordinal));
        Assert.Equal($$"""{"delivery":"{{test.Id}}"}""", entries[2].After);
    }

    [Theory, OnEveryEngine]
    public async Task A_secret_is_nowhere_in_the_database(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var hook = (await house.Hooks.CreateAsync(Admin, New(Address), Cancellation)).Value;
        Assert.Null((await house.Hooks.CreateAsync(Admin, New(Address, "two"), Cancellation)).Error);
        var kept = await house.Database.Database.ReadAsync(
            static session => session.Prepare(Secrets).ListAsync(static row => row.Bytes(0)), Cancellation);
        Assert.Equal(2, kept.Count);
        Assert.All(kept, box => Assert.DoesNotContain(Secret, System.Text.Encoding.Latin1.GetString(box), StringComparison.Ordinal));
        // Of one secret, sealed twice.
        Assert.NotEqual(Convert.ToHexString(kept[0]), Convert.ToHexString(kept[1]));
        Assert.True(hook.IsSigned);
    }

    [Fact]
    public async Task Servers_over_one_database_need_one_key()
    {
        await using var house = await StartAsync(DatabaseEngine.PostgreSql, options => options with { SecretKey = null });
        var refused = (await house.Hooks.CreateAsync(Admin, New(Address), Cancellation)).Error!;
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Code);
        Assert.Contains("WEIGH_SECRET_KEY", refused.Message, StringComparison.Ordinal);
        Assert.Null((await house.Hooks.CreateAsync(Admin, New(Address) with { Secret = null }, Cancellation)).Error);
    }

    [Theory, OnEveryEngine]
    public async Task Who_is_switched_off_is_told_later(DatabaseEngine engine)
    {
        await using var receiver = new Receiver("HTTP/1.1 204 None\r\n\r\n");
        await using var house = await StartAsync(engine);
        var hook = await house.HookAsync(receiver);
        await house.HappenAsync("churn", 1);
        await house.RunAsync();
        await house.OverAsync(hook, 1);
        Assert.Null((await house.Hooks.ChangeAsync(Admin, hook.Id, new HookChange(IsActive: false), Cancellation)).Error);
        Assert.Null((await house.Hooks.TestAsync(Admin, hook.Id, Cancellation)).Error);
        Assert.Null((await house.Hooks.ChangeAsync(Admin, hook.Id, new HookChange(IsActive: true), Cancellation)).Error);
        Assert.All(await house.OverAsync(hook, 2), delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
    }

    private static Principal Person(string name, Scope scope) => new(PrincipalKind.User, name, [new Grant(Role.Admin, scope)]);
}
