using Weighhouse.Access;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server.Access;

public sealed class TokenTests
{
    private static readonly SqlText SelectHash = SqlText.Both("SelectTokenHash", "SELECT hash FROM access_tokens");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task A_token_is_its_user_until_it_ends(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann", Role.Contributor);
        var bearer = await house.BearerAsync("ann", lifetime: TimeSpan.FromDays(2));

        var ann = await house.AsAsync(bearer);
        Assert.Equal(("ann", PrincipalKind.User, Role.Admin, ProofKind.Token), (ann.Name, ann.Kind, ann.Ceiling, ann.Proof.Kind));
        Assert.True(ann.Can(Permission.Contribute, Scope.OfProject("default")));
        house.Clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));
        Assert.Equal("ann", (await house.AsAsync(bearer)).Name);
        house.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(bearer)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task A_token_is_sent_as_Bearer_or_as_the_password_of_any_name(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann");
        var bearer = await house.BearerAsync("ann");
        var secret = bearer["Bearer ".Length..];

        string[] good = [bearer, "bearer " + secret, $"Bearer  {secret} ", AccessHouse.Basic("ann", secret), AccessHouse.Basic("", secret)];
        string[] bad = ["Bearer", "Bearer ", secret, "Token " + secret, $"Bearer {secret[..^1]}!", "Basic " + secret, "Basic ===="];
        foreach (var header in good) Assert.Equal("ann", (await house.AsAsync(header)).Name);
        foreach (var header in bad)
            Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(header)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task A_revoked_token_is_worthless_at_once(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann");
        var bearer = await house.BearerAsync("ann");
        var ann = await house.AsAsync(bearer);
        var token = Assert.Single((await house.Tokens.ListAsync(ann, Cancellation)).Value);

        Assert.Null((await house.Tokens.RevokeAsync(ann, token.Id, Cancellation)).Error);

        Assert.Equal(ErrorCode.Unauthenticated, (await house.WhoAsync(bearer)).Error?.Code);
        Assert.Null((await house.Tokens.RevokeAsync(Principal.Local, token.Id, Cancellation)).Error);
        Assert.NotNull(Assert.Single((await house.Tokens.ListAsync(Principal.Local, Cancellation)).Value).RevokedMs);
    }

    [Theory, OnEveryEngine]
    public async Task Others_tokens_look_like_none(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann");
        await house.AddAsync("bob");
        await house.BearerAsync("ann");
        var id = (await house.Tokens.ListAsync(Principal.Local, Cancellation)).Value[0].Id;
        var bob = await house.AsAsync(await house.BearerAsync("bob"));

        Assert.All((await house.Tokens.ListAsync(bob, Cancellation)).Value, token => Assert.Equal("bob", token.User));
        var ofAnn = (await house.Tokens.RevokeAsync(bob, id, Cancellation)).Error;
        var ofNobody = (await house.Tokens.RevokeAsync(bob, 999, Cancellation)).Error;
        Assert.Equal((ErrorCode.NotFound, $"There is no token {id} of yours."), (ofAnn!.Code, ofAnn.Message));
        Assert.Equal((ErrorCode.NotFound, "There is no token 999 of yours."), (ofNobody!.Code, ofNobody.Message));
        Assert.Equal(ErrorCode.PermissionDenied, (await house.Tokens.IssueAsync(bob, new NewToken("ann", "x"), Cancellation)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task A_ceiling_lowers_what_its_user_may_and_raises_nothing(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAdminAsync("ann");
        await house.AddAsync("bob");

        var ann = await house.AsAsync(await house.BearerAsync("ann", Role.Deployer));
        var bob = await house.AsAsync(await house.BearerAsync("bob", Role.Admin));

        Assert.True(ann.Can(Permission.Deploy, Scope.Server));
        Assert.False(ann.Can(Permission.Approve, Scope.Server));
        Assert.False(ann.Can(Permission.Administer, Scope.Server));
        Assert.True(bob.Can(Permission.View, Scope.OfProject("default")));
        Assert.False(bob.Can(Permission.Contribute, Scope.OfProject("default")));
    }

    [Theory, OnEveryEngine]
    public async Task A_token_makes_none_that_may_more_or_lives_longer(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAdminAsync("ann");
        var deployer = await house.AsAsync(await house.BearerAsync("ann", Role.Deployer, TimeSpan.FromDays(3)));

        Assert.Equal(ErrorCode.PermissionDenied, (await IssueAsync(Role.Admin, TimeSpan.FromDays(1))).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await IssueAsync(Role.Approver, TimeSpan.FromDays(1))).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await IssueAsync(Role.Viewer, TimeSpan.FromDays(4))).Error?.Code);
        Assert.Null((await IssueAsync(Role.Contributor, TimeSpan.FromDays(3))).Error);
        var unasked = (await IssueAsync(null, null)).Value.Token;
        Assert.Equal((Role.Deployer, deployer.Proof.UntilMs), (unasked.Ceiling, unasked.ExpiresMs));

        ValueTask<Result<IssuedToken>> IssueAsync(Role? ceiling, TimeSpan? lifetime) =>
            house.Tokens.IssueAsync(deployer, new NewToken(null, "child", ceiling, lifetime), Cancellation);
    }

    [Theory, OnEveryEngine]
    public async Task A_token_that_cannot_be_is_refused(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine, new AccessOptions { TokensMax = 2 });
        await house.AddAsync("ann");

        Assert.Equal(ErrorCode.InvalidArgument, (await IssueAsync("ann", "")).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await IssueAsync("ann", "a\0b")).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await IssueAsync("ann", new string('x', 101))).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await IssueAsync("ann", "x", TimeSpan.Zero)).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await IssueAsync("ann", "x", TimeSpan.FromDays(3_651))).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await IssueAsync("gh\0st", "x")).Error?.Code);
        var ofNobody = new NewToken(null, "x");
        // The person at the machine has no account that could hold it: the request lacks a name.
        var local = await house.Tokens.IssueAsync(Principal.Local, ofNobody, Cancellation);
        Assert.Equal((ErrorCode.InvalidArgument, "user"), (local.Error?.Code, local.Error?.Field));
        Assert.Equal(ErrorCode.Unauthenticated, (await house.Tokens.IssueAsync(Principal.Anonymous, ofNobody, Cancellation)).Error?.Code);
        Assert.Null((await IssueAsync("ann", "x", TimeSpan.FromDays(1))).Error);
        Assert.Null((await IssueAsync("ann", "x")).Error);
        Assert.Equal(ErrorCode.FailedPrecondition, (await IssueAsync("ann", "x")).Error?.Code);
        house.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Null((await IssueAsync("ann", "x")).Error);

        ValueTask<Result<IssuedToken>> IssueAsync(string user, string name, TimeSpan? lifetime = null) =>
            house.Tokens.IssueAsync(Principal.Local, new NewToken(user, name, null, lifetime), Cancellation);
    }

    [Theory, OnEveryEngine]
    public async Task What_is_stored_of_a_token_is_its_hash(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann");
        var secret = (await house.BearerAsync("ann"))["Bearer ".Length..];

        var stored = await house.Database.ReadAsync(session => session.Prepare(SelectHash).FirstAsync(row => row.Bytes(0)), Cancellation);

        Assert.Equal(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(secret)), stored);
        var audit = (await house.Get<IAuditTrail>().ListAsync(Principal.Local, new PageRequest(10), Cancellation)).Value;
        Assert.DoesNotContain(audit.Items, record => $"{record}".Contains(secret, StringComparison.Ordinal));
    }
}
