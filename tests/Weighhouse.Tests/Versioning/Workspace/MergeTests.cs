using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class MergeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_of_both_sides_come_together_in_the_folder_and_in_the_history()
    {
        using var house = await DivergedAsync("mine", "theirs");
        var merged = await MergeAsync(house, "exp");
        Assert.Equal(MergeResultKind.Committed, merged.Kind);
        Assert.Equal(("mine", "theirs"), (File.ReadAllText(house["mine"]), File.ReadAllText(house["theirs"])));
        Assert.True((await house.StatusAsync()).IsClean);
        var view = WorkspaceHouse.Ok(await house.Workspace.ShowAsync("HEAD", Cancellation));
        Assert.Equal(2, view.Commit.Commit.Parents.Count);
    }

    [Fact]
    public async Task A_conflict_changes_nothing_and_a_preference_settles_it()
    {
        using var house = await DivergedAsync("both", "both");
        var before = FolderPicture.Of(house.Root);
        var refused = await MergeAsync(house, "exp");
        Assert.Equal(["both"], refused.Conflicts.Select(static conflict => conflict.Path.Text));
        Assert.Equal(before, FolderPicture.Of(house.Root));
        Assert.True((await house.StatusAsync()).IsClean);
        await MergeAsync(house, "exp", new MergeStrategy(MergeChoice.Theirs));
        Assert.Equal("of exp", File.ReadAllText(house["both"]));
    }

    [Fact]
    public async Task A_merge_by_hand_waits_for_its_conflicts_and_ends_with_a_commit()
    {
        using var house = await DivergedAsync("both", "both");
        var waiting = await MergeAsync(house, "exp", manual: true);
        Assert.True(waiting.Waits);
        Assert.Equal("of main", File.ReadAllText(house["both"]));
        Assert.Equal(ErrorCode.FailedPrecondition, (await house.TryCommitAsync("too early")).Error?.Code);
        house.Write("both", "settled");
        await house.AddAsync("both");
        var outcome = await house.CommitAsync("settled");
        Assert.True(outcome.IsNew);
        Assert.Equal(2, WorkspaceHouse.Ok(await house.Workspace.ShowAsync("HEAD", Cancellation)).Commit.Commit.Parents.Count);
        Assert.Null((await house.StatusAsync()).Unfinished);
    }

    [Fact]
    public async Task A_merge_by_hand_can_be_given_up()
    {
        using var house = await DivergedAsync("both", "both");
        var before = FolderPicture.Of(house.Root);
        await MergeAsync(house, "exp", manual: true);
        house.Write("both", "half settled");
        WorkspaceHouse.Ok(await house.Workspace.AbortMergeAsync(new WorkProgress(), Cancellation));
        Assert.Equal(before, FolderPicture.Of(house.Root));
        Assert.True((await house.StatusAsync()).IsClean);
    }

    [Fact]
    public async Task A_branch_without_changes_of_its_own_moves_forward()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "1");
        await house.CommitAsync("one");
        await house.CreateBranchAsync("exp");
        house.Write("a", "22");
        var ahead = await house.CommitAsync("two");
        await house.SwitchAsync("main");
        var merged = await MergeAsync(house, "exp");
        Assert.Equal((MergeResultKind.FastForward, ahead.Commit), (merged.Kind, merged.Head));
        Assert.Equal("22", File.ReadAllText(house["a"]));
        Assert.Equal(MergeResultKind.UpToDate, (await MergeAsync(house, "exp")).Kind);
    }

    [Fact]
    public async Task A_reverted_commit_is_taken_back_and_a_picked_one_repeated()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "1");
        house.Write("kept", "1");
        var first = await house.CommitAsync("one");
        house.Write("a", "22");
        house.Write("new", "new");
        var second = await house.CommitAsync("two");
        house.Write("kept", "33");
        await house.CommitAsync("three");
        await ReplayAsync(house, second, isRevert: true);
        Assert.Equal(("1", "33", false), (File.ReadAllText(house["a"]), File.ReadAllText(house["kept"]), File.Exists(house["new"])));
        await house.SwitchAsync(first.Commit.ToString()!);
        await ReplayAsync(house, second, isRevert: false);
        Assert.Equal(("22", "1", true), (File.ReadAllText(house["a"]), File.ReadAllText(house["kept"]), File.Exists(house["new"])));
    }

    [Fact]
    public async Task A_stash_puts_everything_aside_and_brings_it_back()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "1");
        house.Write("gone", "1");
        await house.CommitAsync("one");
        var clean = FolderPicture.Of(house.Root);
        house.Write("a", "22");
        house.Write("d/new", "new");
        File.Delete(house["gone"]);
        var changed = FolderPicture.Of(house.Root);
        var stashed = WorkspaceHouse.Ok(await house.Workspace.StashAsync("half", new WorkProgress(), Cancellation));
        Assert.NotNull(stashed);
        Assert.Equal(clean, FolderPicture.Of(house.Root));
        house.Write("other", "since");
        await house.CommitAsync("since");
        WorkspaceHouse.Ok(await house.Workspace.UnstashAsync(null, drop: true, new WorkProgress(), Cancellation));
        Assert.Equal(changed, FolderPicture.Of(house.Root).Where(static line => !line.StartsWith("other", StringComparison.Ordinal)));
        var status = await house.StatusAsync();
        Assert.Empty(status.Staged);
        Assert.Equal(["a", "gone"], status.Changed.Select(static change => change.Path));
        Assert.Equal(["d/new"], status.Untracked.Select(static change => change.Path));
        Assert.Empty(WorkspaceHouse.Ok(await house.Workspace.StashesAsync(Cancellation)));
    }

    private static async Task<WorkspaceHouse> DivergedAsync(string ours, string theirs)
    {
        var house = new WorkspaceHouse();
        house.Write("base", "base");
        await house.CommitAsync("base");
        await house.CreateBranchAsync("exp");
        house.Write(theirs, theirs == "both" ? "of exp" : theirs);
        await house.CommitAsync("of exp");
        await house.SwitchAsync("main");
        house.Write(ours, ours == "both" ? "of main" : ours);
        await house.CommitAsync("of main");
        return house;
    }

    private static async Task<WorkspaceMerged> MergeAsync(WorkspaceHouse house, string from, MergeStrategy? strategy = null,
        bool manual = false) =>
        WorkspaceHouse.Ok(await house.Workspace.MergeAsync(
            new WorkspaceMerge(from, strategy ?? MergeStrategy.Fail, Manual: manual), new WorkProgress(), Cancellation));

    private static async Task ReplayAsync(WorkspaceHouse house, CommitOutcome commit, bool isRevert) =>
        Assert.Equal(MergeResultKind.Committed, WorkspaceHouse.Ok(await house.Workspace.ReplayAsync(
            new WorkspaceReplay(commit.Commit.ToString()!, isRevert, MergeStrategy.Fail), new WorkProgress(), Cancellation)).Kind);
}
