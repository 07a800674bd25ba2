using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Repack;

public sealed class RepackDiskFullTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_fills_while_it_repacks_loses_nothing_and_the_next_run_goes_on()
    {
        using var disk = new SmallDisk(16);
        Assert.SkipUnless(disk.IsMounted, SmallDisk.WhyAbsent);
        using var house = new StoreHouse(options => options.Folder = disk["store"]);
        var versions = ModelFiles.Versions(new Random(1), 2, "F32", 600_001);
        var (first, second) = (await house.AddAsync(versions[0]), await house.AddAsync(versions[1]));
        var (hints, roots) = (new Hints(), new Roots(first.Id, second.Id));
        hints.Add(second, first);

        // Less is free than the smaller forms take.
        disk.Fill("filler", new DriveInfo(disk["."]).AvailableFreeSpace - 300_000);
        var refused = await house.Store.Care.RepackAsync([hints], new RepackRequest(), null, Cancellation);
        Assert.Equal(ErrorCode.StorageFull, refused.Error?.Code);
        await AssertWholeAsync();
        house.Reopen();
        await AssertWholeAsync();

        File.Delete(disk["filler"]);
        var repacked = await house.Store.Care.RepackAsync([hints], new RepackRequest(), null, Cancellation);
        Assert.Equal((true, 4L), (repacked.Value.IsComplete, repacked.Value.ChunksWithBase));
        for (var step = 0; step < 2; step++)
            Assert.Null((await house.Store.Care.CollectAsync([roots], new CollectionRequest(TimeSpan.Zero, 1), Cancellation)).Error);
        await AssertWholeAsync();

        async Task AssertWholeAsync()
        {
            Assert.Equal(versions[0], await house.ReadAsync(first.Id));
            Assert.Equal(versions[1], await house.ReadAsync(second.Id));
            Assert.Empty((await house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        }
    }
}
