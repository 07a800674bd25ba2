using Weighhouse.Access;
using Weighhouse.Access.Door;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Access.Door;

public sealed class CredentialCacheTests
{
    private static readonly Principal Ann = new(PrincipalKind.User, "ann", []);

    private readonly ManualClock _clock = new();
    private readonly CredentialCache _cache;

    public CredentialCacheTests() => _cache = new CredentialCache(new AccessOptions { CredentialsMax = 100 }, _clock);

    [Fact]
    public void What_was_verified_is_believed_for_a_minute()
    {
        _cache.Keep(_cache.KeyOf("Basic abc"), Ann);

        Assert.Same(Ann, Find("Basic abc"));
        Assert.Null(Find("Basic abd"));
        Assert.Null(Find("basic abc"));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Same(Ann, Find("Basic abc"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Find("Basic abc"));
    }

    [Fact]
    public void Nothing_is_believed_past_the_end_of_its_token()
    {
        var until = _clock.GetUtcNow().AddSeconds(10).ToUnixTimeMilliseconds();
        _cache.Keep(_cache.KeyOf("Bearer x"), Ann with { Proof = new Proof(ProofKind.Token, until) });
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.NotNull(Find("Bearer x"));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(Find("Bearer x"));
    }

    [Fact]
    public void A_change_forgets_everything()
    {
        _cache.Keep(_cache.KeyOf("Bearer x"), Ann);
        _cache.Forget();

        Assert.Null(Find("Bearer x"));
    }

    [Fact]
    public void What_was_read_before_a_change_is_not_kept_after_it()
    {
        var asked = _cache.KeyOf("Bearer x");
        _cache.Forget();
        _cache.Keep(asked, Ann);

        Assert.Null(Find("Bearer x"));
    }

    [Fact]
    public void A_flood_of_credentials_does_not_fill_memory()
    {
        for (var i = 0; i < 1_000; i++) _cache.Keep(_cache.KeyOf($"Bearer {i}"), Ann);

        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => Find($"Bearer {i}") is not null), 1, 100);
        Assert.NotNull(Find("Bearer 999"));
    }

    private Principal? Find(string credential) => _cache.Find(_cache.KeyOf(credential));
}
