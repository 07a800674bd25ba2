using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Care;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Blobs.Store;

public sealed class StoreRefreshTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_pack_that_is_finished_while_the_packs_are_listed_has_not_gone()
    {
        var folder = new PackFolder(_root["store"]);
        Assert.Null(folder.Prepare().Error);
        var home = new SlowlyListing(new FolderHome(folder, IdGenerator.Secure));
        var options = new BlobsOptions { Folder = folder.Folder };
        var parts = new StoreParts(folder, home, options, TimeProvider.System, NullLogger.Instance);
        using var store = ObjectStore.Load(parts, new Epochs(folder, parts.Packs));
        var content = RandomContent.Bytes(1, 10_000);
        using var writer = store.BeginWrite();
        home.AfterListing = () =>
        {
            home.AfterListing = null;
            var added = writer.AddFileAsync(PipeReader.Create(new MemoryStream(content)), long.MaxValue, Cancellation);
            Assert.Null(added.AsTask().GetAwaiter().GetResult().Error);
            Assert.Null(writer.CommitAsync(Cancellation).AsTask().GetAwaiter().GetResult().Error);
            store.LeavePacks();
            Assert.True(SpinWait.SpinUntil(() => parts.Packs.All.All(static pack => !pack.IsOurs), TimeSpan.FromMinutes(1)));
        };

        // Nobody has this, so the packs are listed.
        Assert.False(store.Contains(new Digest(new byte[Digest.Size])));

        Assert.Null(home.AfterListing);
        var id = ObjectIds.Of(ObjectKind.Chunk, content);
        Assert.True(store.Contains(id));
        Assert.Equal(content, await StoreHouseBase.ReadAsync(store, id));
    }

    /// <summary>A folder whose list is old by the time it is read.</summary>
    private sealed class SlowlyListing(FolderHome home) : IPackHome
    {
        public Action? AfterListing { get; set; }

        public string Name => home.Name;

        public int AheadBytes => home.AheadBytes;

        public int ScansMax => home.ScansMax;

        public IEnumerable<PackListing> List()
        {
            var listed = home.List().ToList();
            AfterListing?.Invoke();
            return listed;
        }

        public bool Exists(PackId id, PackKind kind) => home.Exists(id, kind);

        public long LengthOf(PackFile pack) => home.LengthOf(pack);

        public void Hold(PackFile pack, long offsetBytes, int lengthBytes) => home.Hold(pack, offsetBytes, lengthBytes);

        public void LetGo(PackFile pack) => home.LetGo(pack);

        public Task FetchAsync(PackFile pack, long offsetBytes, int lengthBytes) => home.FetchAsync(pack, offsetBytes, lengthBytes);

        public bool Distrust(PackFile pack) => home.Distrust(pack);

        public OpenPack Begin(StoreParts parts, PackKind kind, int epoch) => home.Begin(parts, kind, epoch);

        public long Delete(IReadOnlyList<PackFile> packs) => home.Delete(packs);

        public Error? Explain(Exception failure) => home.Explain(failure);

        public void Dispose() => home.Dispose();
    }
}
