using Weighhouse.Access;
using Weighhouse.Access.Door;

namespace Weighhouse.Tests.Access.Door;

public sealed class LockoutTests
{
    private static readonly AccessOptions Options = new();

    private readonly ManualClock _clock = new();
    private readonly Lockout _lockout;

    public LockoutTests() => _lockout = new Lockout(Options, _clock);

    [Fact]
    public void The_tenth_wrong_password_closes_the_door_for_a_quarter_of_an_hour()
    {
        Fail("ann", "1.1.1.1", 9);
        Assert.Null(_lockout.ClosedFor("ann", "1.1.1.1"));

        Assert.True(_lockout.Failed("ann", "1.1.1.1"));
        Assert.Equal(TimeSpan.FromMinutes(15), _lockout.ClosedFor("ann", "1.1.1.1"));
        Assert.Equal(TimeSpan.FromMinutes(15), _lockout.ClosedFor("ann", "9.9.9.9"));

        _clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), _lockout.ClosedFor("ann", "1.1.1.1"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_lockout.ClosedFor("ann", "1.1.1.1"));
    }

    [Fact]
    public void Others_behind_the_same_router_are_let_in_still()
    {
        Fail("ann", "1.1.1.1", 10);

        Assert.Null(_lockout.ClosedFor("bob", "1.1.1.1"));
    }

    [Fact]
    public void Fifty_wrong_passwords_from_one_address_close_the_door_to_the_address()
    {
        for (var user = 0; user < 5; user++) Fail($"user{user}", "1.1.1.1", 9);
        Fail("user5", "1.1.1.1", 4);
        Assert.Null(_lockout.ClosedFor("bob", "1.1.1.1"));

        Assert.True(_lockout.Failed("user6", "1.1.1.1"));
        Assert.NotNull(_lockout.ClosedFor("bob", "1.1.1.1"));
        Assert.Null(_lockout.ClosedFor("bob", "2.2.2.2"));
    }

    [Fact]
    public void The_right_password_wipes_the_slate()
    {
        Fail("ann", "1.1.1.1", 9);
        _lockout.Succeeded("ann", "1.1.1.1");
        Fail("ann", "1.1.1.1", 9);

        Assert.Null(_lockout.ClosedFor("ann", "1.1.1.1"));
    }

    [Fact]
    public void A_slip_every_quarter_of_an_hour_never_adds_up()
    {
        for (var slip = 0; slip < 100; slip++)
        {
            Assert.False(_lockout.Failed("ann", "1.1.1.1"));
            _clock.Advance(TimeSpan.FromMinutes(15));
        }
    }

    [Fact]
    public void Slips_spread_over_less_than_the_window_do()
    {
        for (var slip = 0; slip < 9; slip++)
        {
            Assert.False(_lockout.Failed("ann", "1.1.1.1"));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.True(_lockout.Failed("ann", "1.1.1.1"));
        Assert.Equal(TimeSpan.FromMinutes(15), _lockout.ClosedFor("ann", "1.1.1.1"));
    }

    [Fact]
    public void Strangers_cannot_lock_somebody_out_of_where_they_signed_in_before()
    {
        _lockout.Succeeded("ann", "1.1.1.1");
        Fail("ann", "6.6.6.6", 10);

        Assert.NotNull(_lockout.ClosedFor("ann", "6.6.6.6"));
        Assert.NotNull(_lockout.ClosedFor("ann", "2.2.2.2"));
        Assert.Null(_lockout.ClosedFor("ann", "1.1.1.1"));

        Fail("ann", "1.1.1.1", 10);
        Assert.NotNull(_lockout.ClosedFor("ann", "1.1.1.1"));
    }

    [Fact]
    public void Made_up_names_do_not_push_out_those_that_are_locked()
    {
        Fail("ann", "1.1.1.1", 10);
        for (var made = 0; made < 3 * Options.FailureRecordsMax; made++)
            _lockout.Failed($"made{made}", $"10.{made >> 16}.{made >> 8 & 255}.{made & 255}");

        Assert.NotNull(_lockout.ClosedFor("ann", "1.1.1.1"));
    }

    private void Fail(string user, string address, int times)
    {
        for (var i = 0; i < times; i++) _lockout.Failed(user, address);
    }
}
