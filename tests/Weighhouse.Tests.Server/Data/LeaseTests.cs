using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

public sealed class LeaseTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Theory, OnEveryEngine]
    public async Task A_lease_is_held_once_until_it_is_given_back(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine);
        var leases = house.Get<ILeases>();
        var cancellation = TestContext.Current.CancellationToken;

        var first = await leases.TryTakeAsync("work", Long, cancellation);
        Assert.NotNull(first);
        Assert.Null(await leases.TryTakeAsync("work", Long, cancellation));
        Assert.NotNull(await leases.TryTakeAsync("other work", Long, cancellation));
        Assert.True(await leases.RenewAsync(first, Long, cancellation));
        await leases.ReleaseAsync(first, cancellation);
        var second = await leases.TryTakeAsync("work", Long, cancellation);

        Assert.True(second!.Fence > first.Fence);
        Assert.False(await leases.RenewAsync(first, Long, cancellation));
        await leases.ReleaseAsync(first, cancellation);
        Assert.Null(await leases.TryTakeAsync("work", Long, cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task A_lease_that_ran_out_is_lost_and_goes_to_the_next(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine);
        var leases = house.Get<ILeases>();
        var cancellation = TestContext.Current.CancellationToken;

        var first = await leases.TryTakeAsync("work", Short, cancellation);
        var second = await TakeAtLastAsync(leases, "work", cancellation);

        Assert.True(second.Fence > first!.Fence);
        Assert.False(await leases.RenewAsync(first, Long, cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task Never_do_two_hold_one_lease(DatabaseEngine engine)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        await using var house = await TestDatabase.StartAsync(engine);
        await using var replica = engine is DatabaseEngine.PostgreSql ? await house.StartReplicaAsync() : null;
        var inside = 0;
        var lastFence = 0L;
        var held = 0;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => ContendAsync(i))));

        output.WriteLine($"{held} times held");
        Assert.True(held >= 6 * 40);

        async Task ContendAsync(int contender)
        {
            var chance = IdGenerator.Seeded(seed + contender);
            var leases = (contender % 2 == 0 ? house : replica ?? house).Get<ILeases>();
            for (var round = 0; round < 40; round++)
            {
                var dies = chance.Below(4) == 0;
                var lease = await TakeAtLastAsync(leases, "work", TestContext.Current.CancellationToken, dies ? Short : Long);
                Interlocked.Increment(ref held);
                // One that dies is never inside: its lease may run out under it at any moment.
                if (dies) continue;
                Assert.Equal(1, Interlocked.Increment(ref inside));
                Assert.True(Interlocked.Exchange(ref lastFence, lease.Fence) < lease.Fence);
                if (chance.Below(2) == 0) Assert.True(await leases.RenewAsync(lease, Long, TestContext.Current.CancellationToken));
                Interlocked.Decrement(ref inside);
                await leases.ReleaseAsync(lease, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task On_sqlite_the_leases_of_the_process_before_are_free_at_once()
    {
        await using var house = await TestDatabase.StartAsync(DatabaseEngine.Sqlite);
        var first = await house.Get<ILeases>().TryTakeAsync("work", Long, TestContext.Current.CancellationToken);

        await house.OpenAsync();
        var second = await house.Get<ILeases>().TryTakeAsync("work", Long, TestContext.Current.CancellationToken);

        Assert.True(second!.Fence > first!.Fence);
    }

    private static async Task<Lease> TakeAtLastAsync(ILeases leases, string name, CancellationToken cancellation, TimeSpan? length = null)
    {
        while (true)
        {
            if (await leases.TryTakeAsync(name, length ?? Long, cancellation) is { } lease) return lease;
            await Task.Yield();
        }
    }
}
