using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class StagingTests
{
    private static readonly WorkProgress Unseen = new();

    [Fact]
    public async Task Only_what_is_staged_is_committed_and_the_rest_stays_changed()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "1");
        house.Write("b", "1");
        await house.CommitAsync("both");
        house.Write("a", "two");
        house.Write("b", "two");
        house.Write("new", "x");
        Assert.Equal(1, await house.AddAsync("a"));
        var before = await house.StatusAsync();
        Assert.Equal(["a"], before.Staged.Select(static change => change.Path));
        Assert.Equal(["b"], before.Changed.Select(static change => change.Path));
        var outcome = await house.CommitAsync("only a");
        Assert.Equal((0, 1, 0), (outcome.Added, outcome.Modified, outcome.Deleted));
        var after = await house.StatusAsync();
        Assert.Empty(after.Staged);
        Assert.Equal(["b"], after.Changed.Select(static change => change.Path));
        Assert.Equal(["new"], after.Untracked.Select(static change => change.Path));
    }

    [Fact]
    public async Task A_staged_content_is_committed_even_when_the_file_changed_since()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "staged");
        await house.AddAsync("a");
        house.Write("a", "later on");
        await house.CommitAsync("staged");
        await house.ExportAsync("HEAD", house.Beside("out"));
        Assert.Equal("staged", File.ReadAllText(Path.Combine(house.Beside("out"), "a")));
        Assert.Equal("later on", File.ReadAllText(house["a"]));
    }

    [Fact]
    public async Task Unstaging_leaves_the_file_and_forgets_the_choice()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "1");
        await house.CommitAsync("one");
        house.Write("a", "22");
        await house.AddAsync("a");
        await house.RestoreAsync("a", staged: true);
        var status = await house.StatusAsync();
        Assert.Empty(status.Staged);
        Assert.Equal(["a"], status.Changed.Select(static change => change.Path));
        Assert.Equal("22", File.ReadAllText(house["a"]));
    }

    [Fact]
    public async Task Removing_refuses_to_lose_changes_and_keeps_files_when_asked()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "1");
        house.Write("d/b", "1");
        await house.CommitAsync("one");
        house.Write("a", "changed");
        var refused = await house.Workspace.RemoveAsync(["a"], house.Root, keepFiles: false, force: false,
            TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.Equal(1, WorkspaceHouse.Ok(await house.Workspace.RemoveAsync(
            ["a"], house.Root, true, false, TestContext.Current.CancellationToken)));
        Assert.Equal(1, WorkspaceHouse.Ok(await house.Workspace.RemoveAsync(
            ["d"], house.Root, false, false, TestContext.Current.CancellationToken)));
        Assert.True(File.Exists(house["a"]));
        Assert.False(Directory.Exists(house["d"]));
        var outcome = await house.CommitAsync("removed");
        Assert.Equal(2, outcome.Deleted);
    }

    [Fact]
    public async Task Moving_a_folder_keeps_what_it_holds()
    {
        using var house = new WorkspaceHouse();
        house.Write("d/a", "1");
        house.Write("d/e/b", "2");
        await house.CommitAsync("one");
        Assert.Equal(2, WorkspaceHouse.Ok(await house.Workspace.MoveAsync(
            "d", "new/place", house.Root, false, TestContext.Current.CancellationToken)));
        Assert.Equal("2", File.ReadAllText(house["new/place/e/b"]));
        Assert.Equal(
            ["d/a Deleted", "d/e/b Deleted", "new/place/a Added", "new/place/e/b Added"],
            (await house.StatusAsync()).Staged.Select(static change => $"{change.Path} {change.State}"));
        await house.CommitAsync("moved");
        Assert.True((await house.StatusAsync()).IsClean);
    }

    [Fact]
    public async Task A_path_that_is_nowhere_or_outside_is_refused()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "1");
        var missing = await house.Workspace.AddAsync(["b"], house.Root, false, Unseen, TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.NotFound, missing.Error?.Code);
        var outside = await house.Workspace.AddAsync(["../x"], house.Root, false, Unseen, TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.InvalidArgument, outside.Error?.Code);
        Assert.Contains("outside the workspace", outside.Error!.Message);
    }
}
