using Weighhouse.Access;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server.Access;

public sealed class UserTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task A_user_is_listed_with_every_role(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("bob");
        await house.AddAdminAsync("ann");
        await house.Get<IProjects>().CreateAsync(Principal.Local, "red", "", Cancellation);
        var model = Scope.Model("red", "a/b:c é");
        Assert.Null((await house.Users.GrantAsync(Principal.Local, "bob", new Grant(Role.Deployer, model), Cancellation)).Error);

        var users = (await house.Users.ListAsync(Principal.Local, Cancellation)).Value;

        Assert.Equal(["ann", "bob"], users.Select(user => user.Name));
        Assert.Equal([new Grant(Role.Admin, Scope.Server)], users[0].Grants);
        Assert.Equal([new Grant(Role.Viewer, Scope.OfProject("default")), new Grant(Role.Deployer, model)], users[1].Grants);
        Assert.Equal(users[1].Grants, (await house.Users.GetAsync(Principal.Local, "bob", Cancellation)).Value.Grants);
    }

    [Theory, OnEveryEngine]
    public async Task A_user_that_cannot_be_is_refused(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine, new AccessOptions { UsersMax = 2 });
        await house.AddAsync("ann");

        Assert.Equal(ErrorCode.AlreadyExists, (await CreateAsync("ann")).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await CreateAsync("a\0b")).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await CreateAsync("local")).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await CreateAsync("bob", password: "short")).Error?.Code);
        Assert.Equal(
            "There is no project 'red'. Create it first: weigh projects create red",
            (await CreateAsync("bob", scope: Scope.OfProject("red"))).Error?.Message);
        await house.AddAsync("bob");
        Assert.Equal(ErrorCode.FailedPrecondition, (await CreateAsync("cid")).Error?.Code);

        ValueTask<Result<User>> CreateAsync(string name, string? password = null, Scope? scope = null) =>
            house.Users.CreateAsync(Principal.Local, new NewUser(name, password, Role.Viewer, scope ?? Scope.Server), Cancellation);
    }

    [Theory, OnEveryEngine]
    public async Task Nobody_is_found_under_an_impossible_name(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        foreach (var name in new[] { "", "ghost", "a\0b", new string('x', 10_000), "a'; DROP TABLE access_users; --" })
        {
            Assert.Equal(ErrorCode.NotFound, (await house.Users.GetAsync(Principal.Local, name, Cancellation)).Error?.Code);
            Assert.Equal(ErrorCode.NotFound, (await house.Users.SetDisabledAsync(Principal.Local, name, true, Cancellation)).Error?.Code);
            Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(AccessHouse.Basic(name, AccessHouse.Password))).Error?.Code);
        }
    }

    [Theory, OnEveryEngine]
    public async Task A_role_on_a_scope_is_replaced_and_taken_away(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann", Role.None);
        var experiment = Scope.Experiment("default", new ExperimentId(7));
        var bearer = await house.BearerAsync("ann");

        foreach (var role in new[] { Role.Viewer, Role.Admin, Role.Contributor })
        {
            Assert.Null((await house.Users.GrantAsync(Principal.Local, "ann", new Grant(role, experiment), Cancellation)).Error);
            Assert.Equal([new Grant(role, experiment)], (await house.AsAsync(bearer)).Grants);
        }

        Assert.Null((await house.Users.GrantAsync(Principal.Local, "ann", new Grant(Role.None, experiment), Cancellation)).Error);
        Assert.False((await house.AsAsync(bearer)).CanSomewhere(Permission.View));
    }

    [Theory, OnEveryEngine]
    public async Task Roles_are_bounded_in_number(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine, new AccessOptions { GrantsMax = 3 });
        await house.AddAsync("ann");
        for (var id = 1; id <= 2; id++) Assert.Null((await GrantAsync(id, Role.Viewer)).Error);

        Assert.Equal(ErrorCode.FailedPrecondition, (await GrantAsync(3, Role.Viewer)).Error?.Code);
        Assert.Null((await GrantAsync(2, Role.Admin)).Error);
        Assert.Null((await GrantAsync(2, Role.None)).Error);
        Assert.Null((await GrantAsync(3, Role.Viewer)).Error);

        ValueTask<Result<Done>> GrantAsync(int id, Role role) => house.Users.GrantAsync(
            Principal.Local, "ann", new Grant(role, Scope.Experiment("default", new ExperimentId(id))), Cancellation);
    }

    [Theory, OnEveryEngine]
    public async Task An_administrator_of_a_project_grants_inside_it_only(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("lead", Role.Admin);
        await house.AddAsync("ann", Role.None);
        var lead = await house.AsAsync(await house.BearerAsync("lead"));

        Assert.Null((await GrantAsync(Scope.OfProject("default"))).Error);
        Assert.Null((await GrantAsync(Scope.Model("default", "m"))).Error);
        Assert.Equal(ErrorCode.PermissionDenied, (await GrantAsync(Scope.Server)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await GrantAsync(Scope.OfProject("red"))).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Users.ListAsync(lead, Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Users.SetDisabledAsync(lead, "ann", true, Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Users.DeleteAsync(lead, "ann", Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Users.GetAsync(lead, "ann", Cancellation)).Error?.Code);

        ValueTask<Result<Done>> GrantAsync(Scope scope) => house.Users.GrantAsync(lead, "ann", new Grant(Role.Admin, scope), Cancellation);
    }

    [Theory, OnEveryEngine]
    public async Task The_last_active_administrator_stays(DatabaseEngine engine)
    {
        const string refusal =
            "'ann' is the last active administrator of the server. Make another first: weigh users grant NAME admin '*'.";
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAdminAsync("ann");
        await house.AddAsync("bob", Role.Admin);

        Assert.Equal(refusal, (await house.Users.SetDisabledAsync(Principal.Local, "ann", true, Cancellation)).Error?.Message);
        Assert.Equal(refusal, (await house.Users.DeleteAsync(Principal.Local, "ann", Cancellation)).Error?.Message);
        Assert.Equal(refusal, (await GrantAsync("ann", Role.None)).Error?.Message);
        Assert.Equal(refusal, (await GrantAsync("ann", Role.Contributor)).Error?.Message);
        var ann = await house.AsAsync(await house.BearerAsync("ann"));
        Assert.Equal(
            refusal,
            (await house.Users.GrantAsync(ann, "ann", new Grant(Role.None, Scope.Server), Cancellation)).Error?.Message);

        Assert.Null((await GrantAsync("bob", Role.Admin)).Error);
        Assert.Null((await GrantAsync("ann", Role.None)).Error);
        Assert.Equal(ErrorCode.FailedPrecondition, (await GrantAsync("bob", Role.None)).Error?.Code);

        ValueTask<Result<Done>> GrantAsync(string name, Role role) =>
            house.Users.GrantAsync(Principal.Local, name, new Grant(role, Scope.Server), Cancellation);
    }

    [Theory, OnEveryEngine]
    public async Task Administrators_who_demote_each_other_at_once_leave_one(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        var names = Enumerable.Range(0, 8).Select(i => $"admin{i}").ToArray();
        foreach (var name in names) await house.AddAdminAsync(name);

        await Task.WhenAll(names.Select(name => Task.Run(async () =>
            await house.Users.GrantAsync(Principal.Local, name, new Grant(Role.None, Scope.Server), Cancellation))));

        var users = (await house.Users.ListAsync(Principal.Local, Cancellation)).Value;
        Assert.Single(users, user => user.Grants.Contains(new Grant(Role.Admin, Scope.Server)));
    }

    [Theory, OnEveryEngine]
    public async Task A_disabled_user_is_out_at_once_everywhere(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann", password: AccessHouse.Password);
        var bearer = await house.BearerAsync("ann");
        var basic = AccessHouse.Basic("ann", AccessHouse.Password);
        var cookie = (await house.Sessions.SignInAsync("ann", AccessHouse.Password, Cancellation)).Value;
        Assert.Equal("ann", (await house.WhoAsync(bearer)).Value.Name);
        Assert.Equal("ann", (await house.WhoAsync(basic)).Value.Name);
        Assert.Equal("ann", (await house.WhoByCookieAsync(cookie)).Value.Name);

        Assert.Null((await house.Users.SetDisabledAsync(Principal.Local, "ann", true, Cancellation)).Error);

        Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(bearer)).Error?.Code);
        Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(basic)).Error?.Code);
        Assert.Equal(PrincipalKind.Anonymous, (await house.WhoByCookieAsync(cookie)).Value.Kind);
        Assert.Null((await house.Users.SetDisabledAsync(Principal.Local, "ann", false, Cancellation)).Error);
        Assert.Equal("ann", (await house.WhoAsync(bearer)).Value.Name);
        Assert.Equal(PrincipalKind.Anonymous, (await house.WhoByCookieAsync(cookie)).Value.Kind);
    }

    [Theory, OnEveryEngine]
    public async Task A_deleted_user_leaves_no_key_behind_for_the_next_of_that_name(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann", Role.Admin);
        var bearer = await house.BearerAsync("ann");
        Assert.Equal("ann", (await house.AsAsync(bearer)).Name);
        Assert.Null((await house.Users.DeleteAsync(Principal.Local, "ann", Cancellation)).Error);
        Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(bearer)).Error?.Code);

        await house.AddAsync("ann");

        Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(bearer)).Error?.Code);
        var second = (await house.Users.GetAsync(Principal.Local, "ann", Cancellation)).Value;
        Assert.Equal([new Grant(Role.Viewer, Scope.OfProject("default"))], second.Grants);
        Assert.Empty((await house.Tokens.ListAsync(Principal.Local, Cancellation)).Value);
    }

    [Theory, OnEveryEngine]
    public async Task Nobody_disables_or_deletes_themselves(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAdminAsync("ann");
        await house.AddAdminAsync("bob");
        var ann = await house.AsAsync(await house.BearerAsync("ann"));

        Assert.Equal(ErrorCode.FailedPrecondition, (await house.Users.SetDisabledAsync(ann, "ann", true, Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.FailedPrecondition, (await house.Users.DeleteAsync(ann, "ann", Cancellation)).Error?.Code);
        Assert.Null((await house.Users.DeleteAsync(ann, "bob", Cancellation)).Error);
    }

    [Theory, OnEveryEngine]
    public async Task A_stolen_token_or_cookie_does_not_become_a_password(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann", password: AccessHouse.Password);
        await house.AddAsync("bob");
        var byToken = await house.AsAsync(await house.BearerAsync("ann"));
        var cookie = (await house.Sessions.SignInAsync("ann", AccessHouse.Password, Cancellation)).Value;
        var byCookie = (await house.WhoByCookieAsync(cookie)).Value;

        foreach (var thief in new[] { byToken, byCookie })
        {
            Assert.Equal("currentPassword", (await ChangeAsync(thief, "ann", "new password")).Error?.Field);
            Assert.Equal(ErrorCode.PermissionDenied, (await ChangeAsync(thief, "ann", "new password", "a wrong guess")).Error?.Code);
            Assert.Equal(ErrorCode.PermissionDenied, (await ChangeAsync(thief, "bob", "new password")).Error?.Code);
        }

        Assert.Null((await ChangeAsync(byToken, "ann", "new password", AccessHouse.Password)).Error);
        Assert.Equal(PrincipalKind.Anonymous, (await house.WhoByCookieAsync(cookie)).Value.Kind);
        var byPassword = await house.AsAsync(AccessHouse.Basic("ann", "new password"));
        Assert.Null((await ChangeAsync(byPassword, "ann", "newer password")).Error);
        Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(AccessHouse.Basic("ann", "new password"))).Error?.Code);
        Assert.Null((await ChangeAsync(Principal.Local, "ann", "newest password")).Error);

        ValueTask<Result<Done>> ChangeAsync(Principal caller, string name, string password, string? current = null) =>
            house.Users.ChangePasswordAsync(caller, name, new PasswordChange(password, current), Cancellation);
    }
}
