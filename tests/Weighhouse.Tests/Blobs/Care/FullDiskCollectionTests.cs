using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Care;

/// <summary>A disk without room in each step of the collection, on one of 24 MiB in memory.</summary>
public sealed class FullDiskCollectionTests : IDisposable
{
    private readonly SmallDisk _disk = new(24);
    private readonly StoreHouse _house;
    private readonly Roots _roots = new();
    private readonly Dictionary<Digest, byte[]> _kept = [];

    public FullDiskCollectionTests() => _house = new StoreHouse(options =>
    {
        options.Folder = _disk["store"];
        options.PackTargetBytes = 2 << 20;
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _house.Dispose();
        _disk.Dispose();
    }

    [Fact]
    public async Task No_room_for_the_sentence_is_told_and_the_next_step_passes_it()
    {
        await FillAsync();
        _disk.Fill("ballast");
        Assert.Equal(ErrorCode.StorageFull, (await StepAsync()).Error?.Code);
        await AssertSoundAsync();
        File.Delete(_disk["ballast"]);
        await FinishAsync();
    }

    [Fact]
    public async Task No_room_for_the_copies_is_told_and_nothing_is_deleted()
    {
        await FillAsync();
        Assert.Equal(CollectionPhase.Condemned, (await StepAsync()).Value.Phase);
        _disk.Fill("ballast");
        var packsBefore = _house.Packs.Count;
        for (var tries = 0; tries < 2; tries++)
        {
            Assert.Equal(ErrorCode.StorageFull, (await StepAsync()).Error?.Code);
            await AssertSoundAsync();
        }

        Assert.Equal(packsBefore, _house.Packs.Count);
        File.Delete(_disk["ballast"]);
        await FinishAsync();
    }

    [Fact]
    public async Task Room_for_a_part_of_the_copies_is_enough_to_begin()
    {
        await FillAsync();
        Assert.Equal(CollectionPhase.Condemned, (await StepAsync()).Value.Phase);
        // Less than what all the copies take at once.
        _disk.Fill("ballast", new DriveInfo(_house.Folder).AvailableFreeSpace - (1 << 20));
        var step = await StepAsync();
        Assert.Null(step.Error);
        Assert.Equal(CollectionPhase.Deleted, step.Value.Phase);
        await AssertSoundAsync();
    }

    /// <summary>Five packs: some with nothing that is named, one with a little.</summary>
    private async Task FillAsync()
    {
        Assert.SkipUnless(_disk.IsMounted, SmallDisk.WhyAbsent);
        for (var i = 0; i < 5; i++)
        {
            await _house.AddAsync(RandomContent.Bytes(i, 1_400_000));
            var content = RandomContent.Bytes(100 + i, 300_000);
            var kept = await _house.AddAsync(content);
            _kept.Add(kept.Id, content);
            _roots.Ids.Add(kept.Id);
        }
    }

    private ValueTask<Result<CollectionReport>> StepAsync() =>
        _house.Store.Care.CollectAsync([_roots], new CollectionRequest(TimeSpan.Zero), Cancellation);

    private async Task FinishAsync()
    {
        CollectionReport? last = null;
        for (var steps = 0; last?.Phase != CollectionPhase.Deleted && steps < 3; steps++)
        {
            var step = await StepAsync();
            Assert.Null(step.Error);
            last = step.Value;
        }

        Assert.Equal(CollectionPhase.Deleted, last!.Phase);
        Assert.InRange(_house.Packs.Sum(static pack => new FileInfo(pack).Length), 1_500_000, 1_600_000);
        await AssertSoundAsync();
    }

    private async Task AssertSoundAsync()
    {
        Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        foreach (var (id, content) in _kept) Assert.Equal(content, await _house.ReadAsync(id));
    }
}
