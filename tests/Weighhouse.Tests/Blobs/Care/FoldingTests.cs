using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Care;

/// <summary>What many writers at once leave in small packs ends up in one, and nobody who reads notices.</summary>
public sealed class FoldingTests : IDisposable
{
    private const int Writers = 9;

    private readonly StoreHouse _house = new();
    private readonly Roots _roots = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Small_packs_become_one_and_readers_go_on()
    {
        var files = await AddFromManyAsync(Writers);
        using var reader = _house.OpenAnother();
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = Task.Run(() => ReadOnAsync(reader, files, begun, stop.Token), Cancellation);
        await Task.WhenAny(begun.Task, reading);
        Assert.Equal(2 * Writers, _house.Packs.Count);

        var condemned = await StepAsync();
        Assert.Equal((CollectionPhase.Condemned, 2 * Writers, 0L), (condemned.Phase, condemned.SmallPacks, condemned.DeadObjects));
        Assert.Equal(CollectionPhase.Deleted, (await StepAsync()).Phase);

        Assert.Equal(2, _house.Packs.Count);
        await stop.CancelAsync();
        await reading;
        Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        Assert.Equal(CollectionPhase.Clean, (await StepAsync()).Phase);
        foreach (var (id, content) in files) Assert.Equal(content, await _house.ReadAsync(id));
    }

    [Fact]
    public async Task A_few_small_packs_are_left_to_those_who_append_to_them()
    {
        await AddFromManyAsync(new BlobsOptions { Folder = "" }.SmallPacksMin - 1);
        Assert.Equal(CollectionPhase.Clean, (await StepAsync()).Phase);
    }

    /// <summary>Each with files of one chunk and of several, from a process of its own as far as the folder can tell.</summary>
    private async Task<Dictionary<Digest, byte[]>> AddFromManyAsync(int writers)
    {
        var files = new Dictionary<Digest, byte[]>();
        var stores = Enumerable.Range(0, writers).Select(_ => _house.OpenAnother()).ToList();
        foreach (var (store, number) in stores.Select((store, number) => (store, number)))
        {
            using var writer = store.BeginWrite();
            foreach (var content in new[] { RandomContent.Bytes(number, 5_000), RandomContent.Bytes(100 + number, 300_000) })
            {
                var path = _house.File("content");
                await File.WriteAllBytesAsync(path, content, Cancellation);
                files[writer.AddFile(path, Cancellation).Value.Id] = content;
            }

            Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        }

        stores.ForEach(static store => store.Dispose());
        _roots.Ids.UnionWith(files.Keys);
        return files;
    }

    /// <summary>Reads everything again and again: at least once before it has begun, and once after it was stopped.</summary>
    private static async Task ReadOnAsync(
        IObjectStore store, Dictionary<Digest, byte[]> files, TaskCompletionSource begun, CancellationToken stop)
    {
        bool isLast;
        do
        {
            isLast = stop.IsCancellationRequested;
            foreach (var (id, content) in files) Assert.Equal(content, await StoreHouse.ReadAsync(store, id));
            begun.TrySetResult();
        }
        while (!isLast);
    }

    private async Task<CollectionReport> StepAsync()
    {
        var step = await _house.Store.Care.CollectAsync([_roots], new CollectionRequest(TimeSpan.Zero), Cancellation);
        Assert.Null(step.Error);
        return step.Value;
    }
}
