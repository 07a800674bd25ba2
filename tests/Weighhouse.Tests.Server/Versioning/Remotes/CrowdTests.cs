using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Versioning.Workspace;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Versioning.Remotes.RemoteHouse;

namespace Weighhouse.Tests.Server.Versioning.Remotes;

/// <summary>Many at once, and no room.</summary>
public sealed class CrowdTests(ITestOutputHelper output)
{
    private const int Clients = 8;
    private const int CommitsEach = 3;

    [Fact]
    public async Task Eight_who_push_to_one_branch_all_land_or_hear_of_the_others()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var first = new WorkspaceHouse();
        first.Write("base", "base");
        await first.CommitAsync("base");
        await first.FollowAsync(server.Url);
        await first.PushAsync();
        var refusals = 0;

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using var house = new WorkspaceHouse();
            await house.CloneAsync(server.Url);
            for (var i = 0; i < CommitsEach; i++)
            {
                house.Write($"of{client}/{i}", $"{client} {i}");
                await house.CommitAsync($"{client} {i}");
                while ((await house.TryPushAsync()).Error is { } refusal)
                {
                    Assert.True(
                        refusal.Code is ErrorCode.FailedPrecondition or ErrorCode.Conflict && refusal.Message.Contains("weigh pull"),
                        refusal.ToString());
                    Interlocked.Increment(ref refusals);
                    WorkspaceHouse.Ok(await house.TryPullAsync());
                }
            }
        }, Cancellation)));

        output.WriteLine($"{refusals} pushes heard that somebody was quicker");
        using var seen = await SeenFromElsewhereAsync(server.Url);
        for (var client = 0; client < Clients; client++)
            for (var i = 0; i < CommitsEach; i++)
                Assert.Equal($"{client} {i}", await File.ReadAllTextAsync(seen[$"of{client}/{i}"], Cancellation));
    }

    [Fact]
    public async Task A_server_whose_disk_is_full_says_so_and_takes_the_push_when_there_is_room()
    {
        using var disk = new SmallDisk(48);
        Assert.SkipUnless(disk.IsMounted, SmallDisk.WhyAbsent);
        await using var server = await WeighProcess.StartAsync(disk["data"]);
        using var one = new WorkspaceHouse();
        one.Write("small", "one");
        await one.CommitAsync("one");
        await one.FollowAsync(server.Url);
        await one.PushAsync();
        one.Fill("large", 12_000_000);
        await one.CommitAsync("two");
        disk.Fill("ballast");

        var refused = await one.TryPushAsync();

        Assert.Equal(ErrorCode.StorageFull, refused.Error?.Code);
        output.WriteLine(refused.Error!.Message);
        Assert.DoesNotContain("broke", refused.Error.Message);
        File.Delete(disk["ballast"]);
        await one.PushAsync();
        using var seen = await SeenFromElsewhereAsync(server.Url);
        Assert.Equal(FolderPicture.Of(one.Root), FolderPicture.Of(seen.Root));
    }

    [Fact]
    public async Task A_status_says_how_far_the_remote_is()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var one = new WorkspaceHouse();
        one.Write("f", "1");
        await one.CommitAsync("one");
        Assert.Null((await one.StatusAsync()).Upstream);
        await one.FollowAsync(server.Url);
        Assert.Null((await one.StatusAsync()).Upstream);
        await one.PushAsync();
        Assert.Equal(new UpstreamState("origin/main", 0, 0), (await one.StatusAsync()).Upstream);
        using var two = new WorkspaceHouse();
        await two.CloneAsync(server.Url);
        two.Write("f", "2");
        await two.CommitAsync("two");
        await two.PushAsync();
        one.Write("g", "3");
        await one.CommitAsync("three");
        Assert.Equal(new UpstreamState("origin/main", 1, 0), (await one.StatusAsync()).Upstream);
        await one.FetchAsync();
        // Asked twice: the second answer is the one that was kept.
        for (var i = 0; i < 2; i++) Assert.Equal(new UpstreamState("origin/main", 1, 1), (await one.StatusAsync()).Upstream);
        WorkspaceHouse.Ok(await one.TryPullAsync());
        Assert.Equal(new UpstreamState("origin/main", 2, 0), (await one.StatusAsync()).Upstream);
    }

    [Fact]
    public async Task A_branch_follows_the_remote_it_was_pushed_to_by_name()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var one = new WorkspaceHouse();
        one.Write("f", "1");
        await one.CommitAsync("one");
        await one.FollowAsync(server.Url);
        WorkspaceHouse.Ok(await one.Workspace.ChangeRemoteAsync("mirror", AddressOf(server.Url, "mirror"), Cancellation));

        await one.PushAsync(new PushRequest("mirror", [], false, false));

        one.Write("f", "2");
        await one.CommitAsync("two");
        Assert.Equal(new UpstreamState("mirror/main", 1, 0), (await one.StatusAsync()).Upstream);
        Assert.Equal("mirror", (await one.PushAsync()).Remote);
    }
}
