using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Server.Tracking;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Transfer;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

/// <summary>The module's endpoints behind a real listener, over a real store and a fresh database. A header says who asks.</summary>
internal sealed class VersioningServer : IAsyncDisposable
{
    public const string Repo = "digits";

    private readonly TemporaryFolder _folder = new();
    private readonly List<IObjectStore> _stores = [];
    private TestDatabase? _database;
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = new();

    public IObjectStore Store => _stores[0];

    public TestDatabase Database => _database!;

    public static async Task<VersioningServer> StartAsync(DatabaseEngine engine, VersioningOptions? options = null)
    {
        var server = new VersioningServer();
        var store = server.OpenStore("server");
        server._database = await TestDatabase.StartAsync(engine, services =>
        {
            services.AddLogging();
            services.AddMetrics();
            services.AddSingleton<IAuditLog, RememberedAudit>();
            services.AddSingleton(store);
            services.AddSingleton(new BlobsOptions { Folder = server._folder["server"] });
            services.AddVersioning(options);
        });
        await server.ListenAsync();
        Got(await server._database.Get<IRepositories>().CreateAsync(Principal.Local, new NewRepository(Repo), Cancellation));
        return server;
    }

    /// <summary>A store of somebody who pushes or pulls.</summary>
    public IObjectStore OpenStore(string name)
    {
        var options = new BlobsOptions { Folder = _folder[name] };
        var store = Got(BlobsModule.OpenStore(options, TimeProvider.System, IdGenerator.Secure, NullLogger.Instance));
        _stores.Add(store);
        return store;
    }

    /// <summary>A commit of these files in a store; durable there.</summary>
    public async Task<Digest> CommitAsync(IObjectStore store, Digest[] parents, params (string Path, byte[] Content)[] files)
    {
        using var writer = store.BeginWrite();
        var tree = await PlantAsync(writer, files);
        var commit = new Commit(tree.Id, parents, new CommitAuthor("Ann"), 1_700_000_000_000, "commit", Commit.NoFacts, []);
        var id = Got(CommitCodec.Store(writer, commit));
        Got(await writer.CommitAsync(Cancellation));
        return id;
    }

    public async Task<(HttpResponseMessage Answer, JsonElement Body)> SendAsync(
        HttpMethod method, string path, object? body = null, string? user = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (user is not null) request.Headers.Add("X-Test-User", user);
        var answer = await Client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return (answer, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default);
    }

    /// <summary>The answer, where only success is right.</summary>
    public async Task<JsonElement> OkAsync(HttpMethod method, string path, object? body = null)
    {
        var (answer, json) = await SendAsync(method, path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {json}");
        return json;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null) await _app.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        foreach (var store in _stores) store.Dispose();
        _folder.Dispose();
    }

    private static async Task<TreeInfo> PlantAsync(IObjectWriter writer, IEnumerable<(string Path, byte[] Content)> files)
    {
        var entries = new List<TreeEntry>();
        foreach (var group in files.GroupBy(file => file.Path.Split('/')[0], StringComparer.Ordinal))
        {
            var below = group.Where(file => file.Path.Contains('/'))
                .Select(file => (file.Path[(group.Key.Length + 1)..], file.Content)).ToList();
            if (below.Count > 0)
            {
                entries.Add(TreeEntry.Folder(group.Key, await PlantAsync(writer, below)));
                continue;
            }

            var content = System.IO.Pipelines.PipeReader.Create(new MemoryStream(group.Single().Content));
            var info = Got(await writer.AddFileAsync(content, long.MaxValue, Cancellation));
            entries.Add(TreeEntry.File(group.Key, info.Id, info.SizeBytes));
        }

        return Got(new TreeWriter(writer).Write(entries));
    }

    private async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Share<IRepositories>(builder);
        Share<IRefs>(builder);
        Share<ICommits>(builder);
        Share<IMerges>(builder);
        Share<IFiles>(builder);
        Share<IContents>(builder);
        Share<ICatalogue>(builder);
        Share<ILineage>(builder);
        Share<IGraphCheck>(builder);
        Share<IObjectStore>(builder);
        foreach (var roots in _database!.Get<IEnumerable<ILiveObjects>>()) builder.Services.AddSingleton(roots);
        Share<BlobsOptions>(builder);
        Share<IAuditLog>(builder);
        Share<Uploads>(builder);
        Share<Pushes>(builder);
        Share<Pulls>(builder);
        Share<VersioningOptions>(builder);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            context.Features.Set(context.Request.Headers["X-Test-User"].ToString() switch
            {
                "viewer" => Viewer(Scope.DefaultProject),
                "stranger" => Contributor("other"),
                _ => Principal.Local,
            });
            return next(context);
        });
        _app.MapVersioning();
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    private void Share<T>(WebApplicationBuilder builder)
        where T : class => builder.Services.AddSingleton(_database!.Get<T>());
}
