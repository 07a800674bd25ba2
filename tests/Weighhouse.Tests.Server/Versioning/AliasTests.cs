using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Access;
using Weighhouse.Tests.Server.Tracking;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

/// <summary>Content by the names of other tools, over a real store.</summary>
public sealed class AliasTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const string Repo = "digits";

    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private IObjectStore? _store;
    private TestDatabase? _database;
    private int _drawn;

    private IAliases Aliases => _database!.Get<IAliases>();

    private IRepositories Repositories => _database!.Get<IRepositories>();

    [Theory, OnEveryEngine]
    public async Task Content_lives_as_long_as_its_repository_can_be_restored(DatabaseEngine engine)
    {
        await StartAsync(engine);
        var content = Bytes(300_000);
        var alias = NameOf(content);
        var kept = Got(await AddAsync(alias, content));
        var part = Bytes(400_000);
        Assert.Equal(100_000, Got(await ContinueAsync(NameOf(part), part, 0, part.AsMemory(0, 100_000), isCut: true)));
        await CollectAsync();
        Assert.Equal(kept, Got(await Aliases.FindAsync(Principal.Local, Repo, alias, Cancellation)));
        Assert.Equal(content, await ReadAsync(kept, 0, content.Length));
        Assert.Equal(part.Length, Got(await ContinueAsync(NameOf(part), part, 100_000, part.AsMemory(100_000))));
        var whole = Got(await Aliases.FindAsync(Principal.Local, Repo, NameOf(part), Cancellation));
        Assert.Equal(part, await ReadAsync(whole, 0, part.Length));

        Got(await Repositories.DeleteAsync(Principal.Local, Repo, Cancellation));
        await CollectAsync();
        Assert.True(_store!.Contains(kept.Id));
        _clock.Advance(new VersioningOptions().RestoreWithin + TimeSpan.FromMinutes(1));
        await CollectAsync();
        Assert.False(_store.Contains(kept.Id));
    }

    [Theory, OnEveryEngine]
    public async Task What_is_not_what_its_name_says_gets_no_name(DatabaseEngine engine)
    {
        await StartAsync(engine);
        var (content, other) = (Bytes(300_000), Bytes(300_000));
        var refused = await AddAsync(NameOf(content), other);
        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        Assert.Contains(NameOf(other).Digest, refused.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.InvalidArgument, (await AddAsync(NameOf(content), content, sizeBytes: 299_999)).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await AddAsync(NameOf(content), content, sizeBytes: 300_001)).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await AddAsync(NameOf(content), content, sizeBytes: -1)).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await AddAsync(NameOf(content), content, sizeBytes: long.MaxValue)).Error?.Code);
        Assert.Equal(0, Got(await Repositories.GetAsync(Principal.Local, Repo, Cancellation)).AddedBytes);
        // A part that turns out wrong at the end is forgotten, so that the right one can begin anew.
        Assert.Equal(150_000, Got(await ContinueAsync(NameOf(content), content, 0, other.AsMemory(0, 150_000), isCut: true)));
        Assert.Equal(
            ErrorCode.InvalidArgument,
            (await ContinueAsync(NameOf(content), content, 150_000, content.AsMemory(150_000))).Error?.Code);
        Assert.Equal(0, Got(await Aliases.ReceivedAsync(Principal.Local, Repo, NameOf(content), Cancellation)));
        Assert.Equal(ErrorCode.NotFound, (await Aliases.FindAsync(Principal.Local, Repo, NameOf(content), Cancellation)).Error?.Code);
        Assert.Equal(content.Length, Got(await ContinueAsync(NameOf(content), content, 0, content)));
    }

    [Theory, OnEveryEngine]
    public async Task Uploads_go_on_where_they_stand_through_any_cuts(DatabaseEngine engine)
    {
        await StartAsync(engine);
        var random = Seeded();
        for (var round = 0; round < 5; round++)
        {
            var content = Bytes(random.Next(1, 2_000_000), random);
            var alias = NameOf(content);
            var stands = 0L;
            while (stands < content.Length)
            {
                var end = Math.Min(content.Length, stands + random.Next(0, 700_000));
                var now = Got(await ContinueAsync(alias, content, stands, content.AsMemory((int)stands..(int)end), end < content.Length));
                Assert.Equal(end, now);
                Assert.Equal(now, Got(await Aliases.ReceivedAsync(Principal.Local, Repo, alias, Cancellation)));
                stands = now;
                var wrong = await ContinueAsync(alias, content, stands + 1, content.AsMemory(0, 1));
                Assert.Equal(ErrorCode.Conflict, wrong.Error?.Code);
            }

            var found = Got(await Aliases.FindAsync(Principal.Local, Repo, alias, Cancellation));
            Assert.Equal(content, await ReadAsync(found, 0, content.Length));
        }
    }

    [Theory, OnEveryEngine]
    public async Task A_part_that_nobody_goes_on_with_is_forgotten_and_collected(DatabaseEngine engine)
    {
        await StartAsync(engine);
        var content = Bytes(400_000);
        Assert.Equal(300_000, Got(await ContinueAsync(NameOf(content), content, 0, content.AsMemory(0, 300_000), isCut: true)));
        var before = await StoredBytesAsync();
        _clock.Advance(new VersioningOptions().UploadLifetime + TimeSpan.FromMinutes(1));
        Assert.Equal(0, Got(await Aliases.ReceivedAsync(Principal.Local, Repo, NameOf(content), Cancellation)));
        await CollectAsync();
        Assert.InRange(await StoredBytesAsync(), 0, before - 300_000);
    }

    [Theory, OnEveryEngine]
    public async Task A_quota_counts_what_the_store_did_not_have(DatabaseEngine engine)
    {
        await StartAsync(engine);
        var (first, second) = (Bytes(400_000), Bytes(400_000));
        Got(await Repositories.ChangeAsync(Principal.Local, Repo, new RepositoryChange(QuotaBytes: 500_000), Cancellation));
        Got(await AddAsync(NameOf(first), first));
        Got(await AddAsync(NameOf(first), first));
        Got(await AddAsync(Md5Of(first), first));
        Assert.Equal(400_000, Got(await Repositories.GetAsync(Principal.Local, Repo, Cancellation)).AddedBytes);
        Assert.Equal(ErrorCode.StorageFull, (await AddAsync(NameOf(second), second)).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await Aliases.FindAsync(Principal.Local, Repo, NameOf(second), Cancellation)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Names_are_by_repository_and_by_right(DatabaseEngine engine)
    {
        await StartAsync(engine);
        Got(await Repositories.CreateAsync(Principal.Local, new NewRepository("other"), Cancellation));
        var content = Bytes(1_000);
        var alias = NameOf(content);
        Got(await AddAsync(alias, content));
        Assert.Equal(ErrorCode.NotFound, (await Aliases.FindAsync(Principal.Local, "other", alias, Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await Aliases.FindAsync(Contributor("elsewhere"), Repo, alias, Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await AddAsync(alias, content, Viewer(Scope.DefaultProject))).Error?.Code);
        Assert.Equal(
            ErrorCode.PermissionDenied,
            (await Aliases.FindAllAsync(Viewer(Scope.DefaultProject), Repo, Permission.Contribute, [alias], Cancellation)).Error?.Code);
        var found = Got(await Aliases.FindAllAsync(
            Viewer(Scope.DefaultProject), Repo, Permission.View, [Md5Of(content), alias, NameOf([])], Cancellation));
        Assert.Equal([null, 1_000L, null], found.Select(content => content?.SizeBytes));
        var many = Enumerable.Repeat(alias, new VersioningOptions().AliasesPerRequestMax + 1).ToList();
        Assert.Equal(
            ErrorCode.InvalidArgument,
            (await Aliases.FindAllAsync(Principal.Local, Repo, Permission.View, many, Cancellation)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Locks_are_listed_by_age_and_released_by_those_who_may(DatabaseEngine engine)
    {
        await StartAsync(engine);
        var locks = _database!.Get<ILocks>();
        var (carl, project) = (Contributor(Scope.DefaultProject), Scope.DefaultProject);
        var other = new Principal(PrincipalKind.User, "olga", [new Grant(Role.Contributor, Scope.OfProject(project))]);
        foreach (var path in new[] { "b", "a/ü", "c" }) Assert.True(Got(await locks.CreateAsync(carl, Repo, path, Cancellation)).IsNew);
        var again = Got(await locks.CreateAsync(other, Repo, "c", Cancellation));
        Assert.Equal((false, "carl"), (again.IsNew, again.Lock.Owner));
        var first = Got(await locks.ListAsync(Viewer(project), Repo, Permission.View, new LockQuery(), new PageRequest(2), Cancellation));
        var rest = Got(await locks.ListAsync(
            Viewer(project), Repo, Permission.View, new LockQuery(), new PageRequest(2, first.NextToken), Cancellation));
        Assert.Equal(["b", "a/ü", "c"], first.Items.Concat(rest.Items).Select(held => held.Path));
        Assert.Null(rest.NextToken);
        var found = Got(await locks.ListAsync(carl, Repo, Permission.View, new LockQuery("c"), new PageRequest(2), Cancellation));
        Assert.Equal(again.Lock, Assert.Single(found.Items));

        var number = again.Lock.Number;
        foreach (var force in new[] { false, true })
            Assert.Equal(ErrorCode.PermissionDenied, (await locks.ReleaseAsync(other, Repo, number, force, Cancellation)).Error?.Code);
        Assert.Equal(
            ErrorCode.PermissionDenied, (await locks.ReleaseAsync(Principal.Local, Repo, number, false, Cancellation)).Error?.Code);
        Got(await locks.ReleaseAsync(Principal.Local, Repo, number, true, Cancellation));
        Assert.Equal(ErrorCode.NotFound, (await locks.ReleaseAsync(carl, Repo, number, false, Cancellation)).Error?.Code);
        Got(await locks.ReleaseAsync(carl, Repo, first.Items[0].Number, false, Cancellation));
        Assert.Equal(ErrorCode.PermissionDenied, (await locks.CreateAsync(Viewer(project), Repo, "d", Cancellation)).Error?.Code);
        foreach (var bad in new[] { "", "a\0b", new string('x', TreePath.LengthMax + 1) })
            Assert.Equal(ErrorCode.InvalidArgument, (await locks.CreateAsync(carl, Repo, bad, Cancellation)).Error?.Code);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
        _store?.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(DatabaseEngine engine)
    {
        _store = Got(BlobsModule.OpenStore(
            new BlobsOptions { Folder = _folder["store"] }, _clock, IdGenerator.Secure, NullLogger.Instance));
        _database = await TestDatabase.StartAsync(engine, services =>
        {
            services.AddLogging();
            services.AddMetrics();
            services.AddSingleton<IAuditLog, RememberedAudit>();
            services.AddSingleton<TimeProvider>(_clock);
            services.AddSingleton(_store);
            services.AddVersioning();
        });
        Got(await Repositories.CreateAsync(Principal.Local, new NewRepository(Repo), Cancellation));
    }

    private ValueTask<Result<BlobInfo>> AddAsync(
        ContentAlias alias, byte[] content, Principal? caller = null, long? sizeBytes = null) => Aliases.AddAsync(
            caller ?? Principal.Local, Repo, alias, sizeBytes, PipeReader.Create(new MemoryStream(content)), Cancellation);

    /// <summary>Sends a part; one that is cut ends in the exception that a broken connection ends in.</summary>
    private ValueTask<Result<long>> ContinueAsync(
        ContentAlias alias, byte[] whole, long offset, ReadOnlyMemory<byte> part, bool isCut = false)
    {
        var stream = isCut ? new BrokenStream(part) : (Stream)new MemoryStream(part.ToArray());
        return Aliases.ContinueAsync(Principal.Local, Repo, alias, whole.Length, offset, PipeReader.Create(stream), Cancellation);
    }

    private async Task<byte[]> ReadAsync(BlobInfo file, long offset, long length)
    {
        using var copy = new MemoryStream();
        var writer = PipeWriter.Create(copy, new StreamPipeWriterOptions(leaveOpen: true));
        Got(await Aliases.CopyToAsync(Principal.Local, Repo, file, offset, length, writer, Cancellation));
        await writer.CompleteAsync();
        return copy.ToArray();
    }

    /// <summary>All steps of a collection, with its grace over.</summary>
    private async Task CollectAsync()
    {
        for (var step = 0; step < 3; step++)
        {
            Got(await _store!.Care.CollectAsync(
                _database!.Services.GetServices<ILiveObjects>(), new CollectionRequest(TimeSpan.Zero, LiveShareMin: 1), Cancellation));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private async Task<long> StoredBytesAsync()
    {
        var counted = Got(await _store!.Care.CollectAsync(
            _database!.Services.GetServices<ILiveObjects>(), new CollectionRequest(TimeSpan.Zero, Preview: true), Cancellation));
        return counted.LiveBytes + counted.DeadBytes;
    }

    private static ContentAlias NameOf(byte[] content) =>
        Got(ContentAlias.Parse(AliasAlgorithm.Sha256, Convert.ToHexStringLower(SHA256.HashData(content))));

#pragma warning disable CA5351 // DVC's name of content; nothing relies on its strength.
    private static ContentAlias Md5Of(byte[] content) =>
        Got(ContentAlias.Parse(AliasAlgorithm.Md5, Convert.ToHexStringLower(MD5.HashData(content))));
#pragma warning restore CA5351

    private byte[] Bytes(int length, Random? random = null)
    {
        var bytes = new byte[length];
        (random ?? Seeded()).NextBytes(bytes);
        return bytes;
    }

    private Random Seeded()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        // Two contents of one test must differ.
        return new Random(unchecked(seed + ++_drawn));
    }

    /// <summary>Ends in the middle.</summary>
    private sealed class BrokenStream(ReadOnlyMemory<byte> content) : MemoryStream(content.ToArray())
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            return count > 0 ? count : throw new IOException("The connection is gone.");
        }
    }
}
