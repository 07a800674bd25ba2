using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class RemoteTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static WorkProgress Unseen => new();

    [Fact]
    public async Task A_clone_has_the_history_and_the_files()
    {
        using var one = await FilledAsync();
        using var other = new WorkspaceHouse();
        WorkspaceHouse.Ok(await other.Workspace.CloneAsync(one.Root, null, [], Unseen, Cancellation));
        Assert.Equal(FolderPicture.Of(one.Root), FolderPicture.Of(other.Root));
        Assert.True((await other.StatusAsync()).IsClean);
        var log = WorkspaceHouse.Ok(await other.Workspace.LogAsync(
            new WorkspaceLogQuery("HEAD", null, null, other.Root, false, 10, null), Cancellation));
        Assert.Equal(["two", "one"], log.Items.Select(static commit => commit.Commit.Message));
        Assert.True(WorkspaceHouse.Ok(await other.Workspace.CheckAsync(CheckDepth.Data, Cancellation)).IsSound);
    }

    [Fact]
    public async Task A_push_copies_only_what_the_other_side_lacks_and_a_pull_brings_it_into_the_folder()
    {
        using var one = await FilledAsync();
        using var other = new WorkspaceHouse();
        WorkspaceHouse.Ok(await other.Workspace.CloneAsync(one.Root, null, [], Unseen, Cancellation));
        other.Write("d/new", "new");
        var committed = await other.CommitAsync("three");
        var pushed = WorkspaceHouse.Ok(await other.Workspace.PushAsync(new PushRequest(null, [], false, false), Unseen, Cancellation));
        // The commit, its two folders, one file.
        Assert.Equal((1, 4L), (pushed.Commits, pushed.Objects));
        Assert.Equal(0, WorkspaceHouse.Ok(await other.Workspace.PushAsync(
            new PushRequest(null, [], false, false), Unseen, Cancellation)).Objects);
        var refused = await one.Workspace.PullAsync(null, MergeStrategy.Fail, Unseen, Cancellation);
        Assert.Equal(ErrorCode.NotFound, refused.Error?.Code);
        await one.SwitchAsync("main");
        Assert.Equal(committed.Commit, (await one.StatusAsync()).Commit);
        Assert.Equal(FolderPicture.Of(other.Root), FolderPicture.Of(one.Root));
    }

    [Fact]
    public async Task Histories_that_went_apart_are_not_overwritten_and_come_together_by_a_pull()
    {
        using var one = await FilledAsync();
        using var other = new WorkspaceHouse();
        WorkspaceHouse.Ok(await other.Workspace.CloneAsync(one.Root, null, [], Unseen, Cancellation));
        one.Write("mine", "mine");
        await one.CommitAsync("mine");
        other.Write("theirs", "theirs");
        await other.CommitAsync("theirs");
        var refused = await other.Workspace.PushAsync(new PushRequest(null, [], false, false), Unseen, Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.Equal(
            MergeResultKind.Committed, WorkspaceHouse.Ok(await other.Workspace.PullAsync(
                null, MergeStrategy.Fail, Unseen, Cancellation)).Kind);
        Assert.True(File.Exists(other["mine"]));
        WorkspaceHouse.Ok(await other.Workspace.PushAsync(new PushRequest(null, [], false, false), Unseen, Cancellation));
    }

    private static async Task<WorkspaceHouse> FilledAsync()
    {
        var house = new WorkspaceHouse();
        house.Write("d/a", "1");
        house.Write("empty", "");
        await File.WriteAllBytesAsync(house["large"], System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 << 20), Cancellation);
        await house.CommitAsync("one");
        house.Write("d/a", "22");
        await house.CommitAsync("two");
        return house;
    }
}
