using System.Diagnostics;
using Weighhouse.Kernel;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>On a disk of 4 MiB in memory, which only root can mount.</summary>
public sealed class DiskFullTests : IDisposable
{
    private readonly TemporaryFolder _mountPoint = new();
    private readonly StoreHouse _test;
    private bool _isMounted;

    public DiskFullTests() => _test = new StoreHouse(options => options.Folder = _mountPoint["store"]);

    public void Dispose()
    {
        _test.Dispose();
        if (_isMounted) Run("umount", _mountPoint.Path);
        _mountPoint.Dispose();
    }

    [Theory]
    [InlineData(6_000_000)]
    [InlineData(700_000)]
    public async Task A_full_disk_is_told_and_leaves_room_for_what_fits(int length)
    {
        MountOrSkip();
        var kept = (await _test.PutAsync(RandomContent.Bytes(1, 3_600_000))).Value;

        var refused = await _test.PutAsync(RandomContent.Bytes(2, length));

        Assert.Equal(
            new Error(
                ErrorCode.StorageFull,
                $"The disk of the blob folder {_test.Folder} is full. Make room, or run the garbage collection, and try again."),
            refused.Error);
        Assert.Equal(kept.SizeBytes, (await _test.CopyAsync(kept.Id, 0, kept.SizeBytes)).Received.Length);
        Assert.Equal(100_000, (await _test.PutAsync(RandomContent.Bytes(3, 100_000))).Value.SizeBytes);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(2_000_000)]
    public async Task A_read_only_disk_is_told_and_can_still_be_read(int length)
    {
        MountOrSkip();
        var kept = (await _test.PutAsync(RandomContent.Bytes(1, 50_000))).Value;
        // Nothing may be open for writing when the disk is mounted anew.
        _test.Reopen();
        Run("mount", "-o", "remount,ro", _mountPoint.Path);

        var refused = await _test.PutAsync(RandomContent.Bytes(2, length));

        Assert.Equal(
            new Error(
                ErrorCode.Unavailable, $"The disk of the blob folder {_test.Folder} is read-only. Mount it for writing and try again."),
            refused.Error);
        Assert.Equal(kept.SizeBytes, (await _test.CopyAsync(kept.Id, 0, kept.SizeBytes)).Received.Length);
        Assert.False(_test.TryOpen().IsFailure);
    }

    [Fact]
    public void A_new_store_on_a_read_only_disk_is_refused()
    {
        MountOrSkip();
        Run("mount", "-o", "remount,ro", _mountPoint.Path);

        Assert.Equal(ErrorCode.Unavailable, _test.TryOpen().Error?.Code);
    }

    private void MountOrSkip()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounting a small disk needs root on Linux");
        _isMounted = Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _mountPoint.Path) == 0;
        Assert.SkipUnless(_isMounted, "this machine does not let root mount a tmpfs");
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
