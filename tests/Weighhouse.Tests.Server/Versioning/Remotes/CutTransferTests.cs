using System.Diagnostics;
using Weighhouse.TestKit;
using Weighhouse.Tests.Versioning.Workspace;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Versioning.Remotes.RemoteHouse;

namespace Weighhouse.Tests.Server.Versioning.Remotes;

/// <summary>Transfers that are cut go on where they were: at most 8 MiB go over the wire twice.</summary>
public sealed class CutTransferTests(ITestOutputHelper output)
{
    private const int FileBytes = 60_000_000;
    private const long ResentBytesMax = 8 << 20;

    /// <summary>Heads of requests and objects, and the ids that are asked about, twice: 110 bytes a chunk.</summary>
    private const long TalkBytesMax = 300_000;

    [Fact]
    public async Task A_push_that_is_cut_at_half_goes_on_by_itself()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        await using var proxy = new CuttingProxy(server.Url);
        using var one = await FilledAsync(proxy.Url);
        _ = proxy.CutUpAfter(FileBytes / 2);

        var pushed = await one.PushAsync();

        output.WriteLine($"{pushed.WireBytes - pushed.Bytes:N0} bytes more than the objects; {proxy.UpBytes:N0} went up");
        Assert.Equal(1, proxy.Cuts);
        Assert.InRange(proxy.UpBytes - pushed.Bytes, 0, ResentBytesMax + TalkBytesMax);
        Assert.Equal(2, pushed.Rounds);
        using var seen = await SeenFromElsewhereAsync(server.Url);
        Assert.Equal(FolderPicture.Of(one.Root), FolderPicture.Of(seen.Root));
    }

    [Fact]
    public async Task A_push_whose_process_was_killed_at_half_sends_the_rest_only()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        await using var proxy = new CuttingProxy(server.Url);
        using var one = await FilledAsync(proxy.Url);
        var half = proxy.CutUpAfter(FileBytes / 2);
        using var client = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "weigh.dll"), "push", "-C", one.Root])
        {
            RedirectStandardError = true,
        })!;
        await half;
        client.Kill();
        await client.WaitForExitAsync(Cancellation);
        var before = proxy.UpBytes;

        var pushed = await one.PushAsync();

        output.WriteLine($"{before:N0} bytes went up, then {proxy.UpBytes - before:N0}");
        Assert.InRange(before, FileBytes / 2, FileBytes - ResentBytesMax);
        Assert.InRange(proxy.UpBytes - FileBytes, 0, ResentBytesMax + TalkBytesMax);
        Assert.Equal(2, pushed.Rounds);
        using var seen = await SeenFromElsewhereAsync(server.Url);
        Assert.Equal(FolderPicture.Of(one.Root), FolderPicture.Of(seen.Root));
    }

    [Fact]
    public async Task A_clone_that_is_cut_goes_on_by_itself_and_after_its_death()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        await using var proxy = new CuttingProxy(server.Url);
        using var one = await FilledAsync(server.Url);
        await one.PushAsync();
        using var two = new WorkspaceHouse();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var progress = new WorkProgress();
        proxy.CutDownAfter(FileBytes / 4);
        var first = two.Workspace.CloneAsync(AddressOf(proxy.Url), null, [], progress, giveUp.Token).AsTask();
        while (proxy.DownBytes < FileBytes / 2) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancellation);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, proxy.Cuts);

        await two.CloneAsync(proxy.Url);

        output.WriteLine($"{proxy.DownBytes:N0} bytes came down");
        // What four connections held when they broke, twice.
        Assert.InRange(proxy.DownBytes - FileBytes, 0, FileBytes / 2);
        Assert.Equal(FolderPicture.Of(one.Root), FolderPicture.Of(two.Root));
    }

    private static async Task<WorkspaceHouse> FilledAsync(Uri server)
    {
        var house = new WorkspaceHouse();
        house.Fill("large", FileBytes);
        house.Write("d/small", "small");
        await house.CommitAsync("one");
        await house.FollowAsync(server);
        return house;
    }
}
