using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Access;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server.Access;

/// <summary>A door that others can reach opens only when somebody has a key.</summary>
public sealed class ListenerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task Loopback_is_always_open(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        foreach (var address in new[] { "127.0.0.1", "127.0.0.2", "::1" }) Assert.Null((await CheckAsync(house, address)).Error);
    }

    [Theory, OnEveryEngine]
    public async Task Elsewhere_somebody_must_be_able_to_sign_in(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        foreach (var address in new[] { "0.0.0.0", "::", "192.0.2.1", "2001:db8::1" })
        {
            var refused = (await CheckAsync(house, address)).Error?.Message;
            Assert.StartsWith($"Refusing to listen on {address}: ", refused, StringComparison.Ordinal);
        }

        await house.AddAdminAsync("ann");
        Assert.True((await CheckAsync(house, "0.0.0.0")).IsFailure);
        await house.BearerAsync("ann", lifetime: TimeSpan.FromDays(1));
        Assert.Null((await CheckAsync(house, "0.0.0.0")).Error);
        house.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True((await CheckAsync(house, "0.0.0.0")).IsFailure);
        await house.AddAsync("bob", password: AccessHouse.Password);
        Assert.Null((await CheckAsync(house, "0.0.0.0")).Error);
        await house.Users.SetDisabledAsync(Principal.Local, "bob", true, Cancellation);
        Assert.True((await CheckAsync(house, "0.0.0.0")).IsFailure);
    }

    [Theory, OnEveryEngine]
    public async Task The_configured_password_makes_the_first_administrator_and_no_second(DatabaseEngine engine)
    {
        await using var database = await StartAsync(engine, AccessHouse.Password);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CheckAsync(database)));
        var users = (await database.Get<IUsers>().ListAsync(Principal.Local, Cancellation)).Value;
        Assert.Equal("admin", Assert.Single(users).Name);
        Assert.Equal([new Grant(Role.Admin, Scope.Server)], users[0].Grants);
        var audit = (await database.Get<IAuditTrail>().ListAsync(Principal.Local, new PageRequest(10), Cancellation)).Value;
        var record = Assert.Single(audit.Items);
        Assert.Equal(("configuration", "user.create", "user:admin"), (record.Actor, record.Action, record.Subject));

        Assert.Null((await CheckAsync(database)).Error);

        Assert.Single((await database.Get<IUsers>().ListAsync(Principal.Local, Cancellation)).Value);
        Assert.NotNull((await database.Get<ISessions>().SignInAsync("admin", AccessHouse.Password, Cancellation)).Value);
    }

    private static Task<TestDatabase> StartAsync(DatabaseEngine engine, string? adminPassword) => TestDatabase.StartAsync(
        engine, services => services.AddAccess(new AccessSettings(IPAddress.Any, SignInRequired: false, [], adminPassword)));

    private static async Task<Result<Done>> CheckAsync(TestDatabase database) =>
        await database.Get<IAccessDoor>().CheckListenerAsync(IPAddress.Any, Cancellation);

    private static async Task<Result<Done>> CheckAsync(AccessHouse house, string address) =>
        await house.Get<IAccessDoor>().CheckListenerAsync(IPAddress.Parse(address), Cancellation);
}
