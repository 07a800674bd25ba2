using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tests.Server.Tracking;
using Weighhouse.Tests.Versioning;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

/// <summary>The module on a fresh database, with objects in memory.</summary>
internal sealed class VersioningHouse : IAsyncDisposable
{
    public const string Repo = "digits";

    private long _clock = 1_700_000_000_000;
    private TestDatabase? _database;

    public MemoryObjects Objects { get; } = new();

    public TestDatabase Database => _database!;

    public IRepositories Repositories => _database!.Get<IRepositories>();

    public IRefs Refs => _database!.Get<IRefs>();

    public ICommits Commits => _database!.Get<ICommits>();

    public IMerges Merges => _database!.Get<IMerges>();

    public ILineage Lineage => _database!.Get<ILineage>();

    public IGraphCheck Check => _database!.Get<IGraphCheck>();

    public RememberedAudit Audit => (RememberedAudit)_database!.Get<IAuditLog>();

    public static async Task<VersioningHouse> StartAsync(
        DatabaseEngine engine, VersioningOptions? options = null, TimeProvider? clock = null)
    {
        var house = new VersioningHouse();
        house._database = await TestDatabase.StartAsync(engine, services =>
        {
            services.AddLogging();
            services.AddMetrics();
            services.AddSingleton<IAuditLog, RememberedAudit>();
            services.AddSingleton<IObjectStore>(house.Objects);
            if (clock is not null) services.AddSingleton(clock);
            services.AddVersioning(options);
        });
        Got(await house.Repositories.CreateAsync(Principal.Local, new NewRepository(Repo), Cancellation));
        return house;
    }

    /// <summary>A tree in the store of files by their paths.</summary>
    public TreeInfo AddTree(params (string Path, string Content)[] files)
    {
        var entries = new List<TreeEntry>();
        foreach (var (path, content) in files.Where(file => !file.Path.Contains('/'))) entries.Add(Objects.AddFile(path, content));
        foreach (var folder in files.Where(file => file.Path.Contains('/')).GroupBy(file => file.Path[..file.Path.IndexOf('/')]))
        {
            var below = folder.Select(file => (file.Path[(folder.Key.Length + 1)..], file.Content));
            entries.Add(TreeEntry.Folder(folder.Key, AddTree([.. below])));
        }

        return Got(new TreeWriter(Objects).Write(entries));
    }

    /// <summary>A commit in the store, later than every one before; not recorded.</summary>
    public Digest AddCommit(string message, IReadOnlyList<Digest> parents, TreeInfo? tree = null, long? timeMs = null)
    {
        var commit = new Commit(
            (tree ?? AddTree(("message.txt", message))).Id, parents, new CommitAuthor("Ann"), timeMs ?? (_clock += 1_000), message,
            Commit.NoFacts, []);
        return AddCommit(commit);
    }

    public Digest AddCommit(Commit commit) => Got(CommitCodec.Store(Objects, commit));

    /// <summary>A commit of these files on the branch, which it begins where there is none.</summary>
    public async Task<Digest> CommitAsync(string branch, params (string Path, string Content)[] files)
    {
        var head = await Refs.GetAsync(Principal.Local, Repo, branch, Cancellation);
        Digest? old = head.IsFailure ? null : head.Value.Commit;
        var commit = AddCommit($"on {branch}", old is null ? [] : [old.Value], AddTree(files));
        var update = new RefUpdate([new RefChange(branch, old, commit)], "commit", [commit]);
        Got(await Refs.UpdateAsync(Principal.Local, Repo, update, Cancellation));
        return commit;
    }

    public async Task<Digest> HeadAsync(string name) => Got(await Refs.GetAsync(Principal.Local, Repo, name, Cancellation)).Commit;

    /// <summary>A commit that is known to the repository.</summary>
    public async Task<Digest> RecordAsync(string message, params Digest[] parents)
    {
        var id = AddCommit(message, parents);
        Got(await Commits.RecordAsync(Principal.Local, Repo, [id], Cancellation));
        return id;
    }

    public async Task<Result<Done>> MoveAsync(string name, Digest? old, Digest? moved, bool force = false, Principal? caller = null) =>
        await Refs.UpdateAsync(
            caller ?? Principal.Local, Repo, new RefUpdate([new RefChange(name, old, moved, force)], "test"), Cancellation);

    public async Task<string[]> LogAsync(LogQuery query, int pageSize = 1_000)
    {
        var messages = new List<string>();
        string? token = null;
        do
        {
            var page = Got(await Commits.LogAsync(Principal.Local, Repo, query, new PageRequest(pageSize, token), Cancellation));
            messages.AddRange(page.Items.Select(named => named.Commit.Message));
            token = page.NextToken;
        } while (token is not null);
        return [.. messages];
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
    }
}
