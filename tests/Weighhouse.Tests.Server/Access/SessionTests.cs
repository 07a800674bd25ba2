using Weighhouse.Access;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server.Access;

public sealed class SessionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task A_browser_stays_signed_in_for_fourteen_days(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann", password: AccessHouse.Password);
        var cookie = (await house.Sessions.SignInAsync("ann", AccessHouse.Password, Cancellation)).Value;

        var ann = (await house.WhoByCookieAsync(cookie)).Value;
        Assert.Equal(("ann", ProofKind.Session), (ann.Name, ann.Proof.Kind));
        house.Clock.Advance(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        Assert.Equal("ann", (await house.WhoByCookieAsync(cookie)).Value.Name);
        house.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PrincipalKind.Anonymous, (await house.WhoByCookieAsync(cookie)).Value.Kind);
    }

    [Theory, OnEveryEngine]
    public async Task Signing_out_ends_this_session_and_no_other(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann", password: AccessHouse.Password);
        var first = (await house.Sessions.SignInAsync("ann", AccessHouse.Password, Cancellation)).Value;
        var second = (await house.Sessions.SignInAsync("ann", AccessHouse.Password, Cancellation)).Value;
        Assert.Equal("ann", (await house.WhoByCookieAsync(first)).Value.Name);

        await house.Sessions.SignOutAsync(first, Cancellation);
        await house.Sessions.SignOutAsync("not a cookie of ours", Cancellation);

        Assert.Equal(PrincipalKind.Anonymous, (await house.WhoByCookieAsync(first)).Value.Kind);
        Assert.Equal("ann", (await house.WhoByCookieAsync(second)).Value.Name);
    }

    /// <summary>Whoever plants a cookie in a browser gains nothing: signing in makes a new one, and made-up ones are nobody's.</summary>
    [Theory, OnEveryEngine]
    public async Task A_cookie_is_never_adopted(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAsync("ann", password: AccessHouse.Password);
        var planted = Weighhouse.Access.Tokens.Secret.Random();
        Assert.Equal(PrincipalKind.Anonymous, (await house.WhoByCookieAsync(planted)).Value.Kind);

        Assert.NotEqual(planted, (await house.Sessions.SignInAsync("ann", AccessHouse.Password, Cancellation)).Value);

        Assert.Equal(PrincipalKind.Anonymous, (await house.WhoByCookieAsync(planted)).Value.Kind);
    }

    [Theory, OnEveryEngine]
    public async Task One_browser_too_many_signs_out_the_oldest(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine, new AccessOptions { SessionsMax = 2 });
        await house.AddAsync("ann", password: AccessHouse.Password);
        var cookies = new List<string>();
        for (var browser = 0; browser < 3; browser++)
        {
            cookies.Add((await house.Sessions.SignInAsync("ann", AccessHouse.Password, Cancellation)).Value);
            Assert.Equal("ann", (await house.WhoByCookieAsync(cookies[^1])).Value.Name);
            house.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(PrincipalKind.Anonymous, (await house.WhoByCookieAsync(cookies[0])).Value.Kind);
        Assert.Equal("ann", (await house.WhoByCookieAsync(cookies[1])).Value.Name);
        Assert.Equal("ann", (await house.WhoByCookieAsync(cookies[2])).Value.Name);
    }

    [Theory, OnEveryEngine]
    public async Task The_link_at_the_terminal_works_once_and_for_a_quarter_of_an_hour(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        var door = house.Get<IAccessDoor>();
        var link = door.CreateSignInLink();
        var secret = link.Split('/')[^1];
        Assert.Equal("/sign-in/link/" + secret, link);

        Assert.True((await house.Sessions.RedeemLinkAsync(secret[..^1] + "A", Cancellation)).IsFailure);
        var cookie = (await house.Sessions.RedeemLinkAsync(secret, Cancellation)).Value;
        Assert.True((await house.WhoByCookieAsync(cookie)).Value.Can(Permission.Administer, Scope.Server));
        Assert.Equal(ErrorCode.NotFound, (await house.Sessions.RedeemLinkAsync(secret, Cancellation)).Error?.Code);

        var second = door.CreateSignInLink().Split('/')[^1];
        house.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(ErrorCode.NotFound, (await house.Sessions.RedeemLinkAsync(second, Cancellation)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Guesses_sent_all_at_once_get_no_further_than_one_by_one(DatabaseEngine engine)
    {
        var options = new AccessOptions { FailuresMax = 4, PasswordChecksMax = 2 };
        await using var house = await AccessHouse.StartAsync(engine, options);
        await house.AddAsync("ann", password: AccessHouse.Password);

        var guesses = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            guess => Task.Run(() => house.WhoAsync(AccessHouse.Basic("ann", $"guess {guess}")))));

        var refusals = guesses.Select(guess => guess.Error!).ToArray();
        // Two are checked at a time, so that one may be under way when the other closes the door.
        Assert.InRange(refusals.Count(refusal => refusal.Code is ErrorCode.Unauthenticated), 4, 5);
        Assert.All(refusals.Where(refusal => refusal.Code is not ErrorCode.Unauthenticated), refusal =>
        {
            Assert.Equal((ErrorCode.LimitExceeded, "Too many failed attempts. Try again in 15 min."), (refusal.Code, refusal.Message));
            Assert.Equal(TimeSpan.FromMinutes(15), refusal.RetryAfter);
        });
        Assert.Equal(ErrorCode.LimitExceeded, (await house.Sessions.SignInAsync("ann", AccessHouse.Password, Cancellation)).Error?.Code);
        house.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("ann", (await house.AsAsync(AccessHouse.Basic("ann", AccessHouse.Password))).Name);
    }

    [Theory, OnEveryEngine]
    public async Task More_sign_ins_than_may_wait_are_told_to_come_again(DatabaseEngine engine)
    {
        var options = new AccessOptions { PasswordChecksMax = 1, PasswordChecksWaitingMax = 2 };
        await using var house = await AccessHouse.StartAsync(engine, options);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => house.WhoAsync(AccessHouse.Basic($"user{i}", "password"))));

        var busy = answers.Where(answer => answer.Error?.Code is ErrorCode.LimitExceeded).ToArray();
        Assert.InRange(busy.Length, 1, 17);
        Assert.All(busy, answer => Assert.Equal("2 sign-ins are waiting already. Try again in a moment.", answer.Error?.Message));
    }
}
