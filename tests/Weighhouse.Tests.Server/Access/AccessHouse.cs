using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Access;
using Weighhouse.Access.Door;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tests.Access;

namespace Weighhouse.Tests.Server.Access;

/// <summary>The module on a fresh database, with a clock of its own and the door's way of finding out who is asking.</summary>
internal sealed class AccessHouse : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly TestDatabase _database;

    private AccessHouse(TestDatabase database, ManualClock clock)
    {
        _database = database;
        Clock = clock;
    }

    public ManualClock Clock { get; }

    public IDatabase Database => _database.Database;

    public IUsers Users => Get<IUsers>();

    public ITokens Tokens => Get<ITokens>();

    public ISessions Sessions => Get<ISessions>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<AccessHouse> StartAsync(DatabaseEngine engine, AccessOptions? options = null)
    {
        var clock = new ManualClock();
        var settings = new AccessSettings(IPAddress.Loopback, SignInRequired: true, [], null);
        var database = await TestDatabase.StartAsync(
            engine, services => services.AddSingleton<TimeProvider>(clock).AddAccess(settings, options));
        return new AccessHouse(database, clock);
    }

    public T Get<T>()
        where T : notnull => _database.Get<T>();

    /// <summary>A user with a password; hashing it takes 100 ms, so that most tests do without.</summary>
    public async Task AddAsync(string name, Role role = Role.Viewer, Scope? scope = null, string? password = null)
    {
        var added = await Users.CreateAsync(
            Principal.Local, new NewUser(name, password, role, scope ?? Scope.OfProject(Scope.DefaultProject)), Cancellation);
        Assert.Null(added.Error);
    }

    public Task AddAdminAsync(string name) => AddAsync(name, Role.Admin, Scope.Server);

    /// <summary>A token's header for the user.</summary>
    public async Task<string> BearerAsync(string user, Role? ceiling = null, TimeSpan? lifetime = null)
    {
        var issued = await Tokens.IssueAsync(Principal.Local, new NewToken(user, "test", ceiling, lifetime), Cancellation);
        Assert.Null(issued.Error);
        return "Bearer " + issued.Value.Secret;
    }

    /// <summary>Whom the door takes for the sender of this Authorization header.</summary>
    public Task<Result<Principal>> WhoAsync(string authorization) => WhoAsync(request => request.Headers.Authorization = authorization);

    public Task<Result<Principal>> WhoByCookieAsync(string cookie) =>
        WhoAsync(request => request.Headers.Cookie = $"{ISessions.CookieName}={cookie}");

    public async Task<Principal> AsAsync(string authorization)
    {
        var who = await WhoAsync(authorization);
        Assert.Null(who.Error);
        return who.Value;
    }

    public static string Basic(string name, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<Result<Principal>> WhoAsync(Action<HttpRequest> send)
    {
        var context = new DefaultHttpContext();
        send(context.Request);
        var authenticator = Get<Authenticator>();
        var credential = authenticator.Read(context.Request);
        return credential.Known ?? await authenticator.VerifyAsync(credential, Cancellation);
    }
}
