using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Http.Egress;
using Weighhouse.Kernel;
using Weighhouse.Notices;
using Weighhouse.TestKit;
using Weighhouse.Tests.Http.Egress;
using Weighhouse.Tests.Server.Tracking;

namespace Weighhouse.Tests.Server.Notices;

/// <summary>Hooks on a fresh database, which may call loopback, and try again after milliseconds.</summary>
internal sealed class NoticesHouse : IAsyncDisposable
{
    public const string Secret = "sixteen letters at least";

    public static readonly Principal Admin = Principal.Local;

    private readonly TemporaryFolder _folder = new();
    private TestDatabase? _database;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TestDatabase Database => _database!;

    public TrackingHouse.RememberedAudit Audit => (TrackingHouse.RememberedAudit)Database.Get<IAuditLog>();

    public IHooks Hooks => Database.Get<IHooks>();

    public static async Task<NoticesHouse> StartAsync(
        DatabaseEngine engine, Func<NoticesOptions, NoticesOptions>? with = null, EgressOptions? egress = null)
    {
        var house = new NoticesHouse();
        var options = new NoticesOptions
        {
            Folder = house._folder.Path,
            SecretKey = engine is DatabaseEngine.PostgreSql ? "one key for all servers" : null,
            RetryDelays = [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(40)],
        };
        house._database = await TestDatabase.StartAsync(
            engine,
            services =>
            {
                services.AddLogging();
                services.AddSingleton<IAuditLog, TrackingHouse.RememberedAudit>();
                services.AddEgress(egress ?? new EgressOptions { AllowedPrivate = ["127.0.0.0/8"] });
                services.AddNotices(with?.Invoke(options) ?? options);
            },
            database => database with { JobPollMs = 20 });
        return house;
    }

    public Task RunAsync() => Database.StartBackgroundAsync();

    public async Task<Hook> HookAsync(Receiver receiver, string name = "hook", params string[] types) => (await Hooks.CreateAsync(
        Admin, New(Url(receiver), name) with { Types = types is [] ? ["*"] : types }, Cancellation)).Value;

    public static NewHook New(string url, string name = "hook") => new(name, url, HookShape.Weighhouse, ["*"], Secret);

    public static string Url(Receiver receiver) => $"http://127.0.0.1:{receiver.Port}/hook";

    /// <summary>Says in a unit of its own that something happened, and perhaps takes it back.</summary>
    public async Task HappenAsync(
        string subject, int number, bool isTakenBack = false, string type = "version.create", string project = Scope.DefaultProject)
    {
        await Database.Database.WriteAsync<Done>(
            async session =>
            {
                var data = $$"""{"number":"{{number}}"}""";
                var draft = new EventDraft(type, project, "model", subject, "ann", 1_790_000_000_000 + number, data);
                await Database.Get<IEvents>().PublishAsync(session, draft);
                return isTakenBack ? Error.Conflict("taken back") : Done.Value;
            },
            Cancellation);
    }

    /// <summary>All deliveries of a hook in their order, once none waits any more and there are as many as are wanted.</summary>
    public async Task<IReadOnlyList<Delivery>> OverAsync(Hook hook, int count)
    {
        while (true)
        {
            var all = new List<Delivery>();
            string? token = null;
            do
            {
                var page = (await Hooks.ListDeliveriesAsync(Admin, hook.Id, new PageRequest(1_000, token), Cancellation)).Value;
                all.AddRange(page.Items);
                token = page.NextToken;
            }
            while (token is not null);
            if (all.Count >= count && all.All(static delivery => delivery.State is not DeliveryState.Waiting))
                return [.. all.AsEnumerable().Reverse()];
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        }
    }

    public async Task<IReadOnlyList<DeliveryAttempt>> AttemptsAsync(Hook hook, Delivery delivery) =>
        (await Hooks.GetDeliveryAsync(Admin, hook.Id, delivery.Id, Cancellation)).Value.Attempts;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
        _folder.Dispose();
    }
}
