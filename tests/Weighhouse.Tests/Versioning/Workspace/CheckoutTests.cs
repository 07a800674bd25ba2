using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Workspace.Checkout;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class CheckoutTests
{
    [Fact]
    public async Task Changes_of_the_user_are_never_overwritten_without_force()
    {
        using var house = new WorkspaceHouse();
        house.Write("same", "same");
        house.Write("file", "one");
        var first = await house.CommitAsync("one");
        house.Write("file", "other");
        house.Write("added", "there");
        await house.CommitAsync("two");
        await house.SwitchAsync(first.Commit.ToString()!);
        house.Write("file", "mine");
        house.Write("added", "mine too");
        house.Write("same", "mine as well");
        var before = FolderPicture.Of(house.Root);
        var refused = await house.TrySwitchAsync("main");
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.Contains("added (not tracked here, but there)", refused.Error!.Message);
        Assert.Contains("file (changed here)", refused.Error!.Message);
        Assert.DoesNotContain("same", refused.Error!.Message);
        Assert.Equal(before, FolderPicture.Of(house.Root));
        await house.SwitchAsync("main", force: true);
        Assert.Equal("other", File.ReadAllText(house["file"]));
        Assert.Equal("there", File.ReadAllText(house["added"]));
    }

    [Fact]
    public async Task A_change_that_is_not_in_the_way_is_carried_along()
    {
        using var house = new WorkspaceHouse();
        house.Write("kept", "one");
        house.Write("moves", "one");
        await house.CommitAsync("one");
        await house.CreateBranchAsync("exp");
        house.Write("moves", "two");
        await house.CommitAsync("two");
        house.Write("kept", "mine");
        await house.SwitchAsync("main");
        Assert.Equal("mine", File.ReadAllText(house["kept"]));
        Assert.Equal("one", File.ReadAllText(house["moves"]));
    }

    [Fact]
    public async Task A_switch_writes_only_what_differs()
    {
        using var house = new WorkspaceHouse();
        for (var i = 0; i < 50; i++) house.Write($"f{i}", $"{i}");
        var first = await house.CommitAsync("one");
        house.Write("f7", "seven");
        File.Delete(house["f8"]);
        await house.CommitAsync("two");
        var outcome = await house.SwitchAsync(first.Commit.ToString()!);
        Assert.Equal((2, 0), (outcome.Written, outcome.Deleted));
    }

    [Fact]
    public async Task Files_folders_and_links_take_each_others_places()
    {
        using var house = new WorkspaceHouse();
        house.Write("x", "a file");
        house.Write("y/deep/er", "in a folder");
        File.CreateSymbolicLink(house["z"], "x");
        var first = await house.CommitAsync("one");
        var one = FolderPicture.Of(house.Root);
        File.Delete(house["x"]);
        Directory.Delete(house["y"], true);
        File.Delete(house["z"]);
        house.Write("x/in", "now a folder");
        File.CreateSymbolicLink(house["y"], "x/in");
        house.Write("z", "now a file");
        var second = await house.CommitAsync("two");
        var two = FolderPicture.Of(house.Root);
        await house.SwitchAsync(first.Commit.ToString()!);
        Assert.Equal(one, FolderPicture.Of(house.Root));
        await house.SwitchAsync(second.Commit.ToString()!);
        Assert.Equal(two, FolderPicture.Of(house.Root));
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link_that_stands_where_a_folder_was()
    {
        using var house = new WorkspaceHouse();
        house.Write("d/file", "one");
        var first = await house.CommitAsync("one");
        house.Write("d/file", "two");
        await house.CommitAsync("two");
        var outside = Directory.CreateDirectory(house.Beside("outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "file"), "not yours");
        Directory.Delete(house["d"], true);
        Directory.CreateSymbolicLink(house["d"], outside);
        var refused = await house.TrySwitchAsync(first.Commit.ToString()!);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        await house.SwitchAsync(first.Commit.ToString()!, force: true);
        Assert.Equal("not yours", File.ReadAllText(Path.Combine(outside, "file")));
        Assert.Equal("one", File.ReadAllText(house["d/file"]));
        Assert.Null(new DirectoryInfo(house["d"]).LinkTarget);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("d/../../outside")]
    public async Task A_link_that_leads_out_is_refused_with_the_cure(string target)
    {
        using var house = new WorkspaceHouse();
        File.CreateSymbolicLink(house["link"], target);
        var refused = await house.TryCommitAsync("hostile");
        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        Assert.Contains(".weighignore", refused.Error!.Message);
    }

    [Fact]
    public async Task A_sparse_checkout_has_only_its_paths_and_commits_keep_the_others()
    {
        using var house = new WorkspaceHouse();
        house.Write("data/a", "1");
        house.Write("data2/b", "1");
        house.Write("models/c", "1");
        await house.CommitAsync("all");
        WorkspaceHouse.Ok(await house.Workspace.SwitchAsync(
            new SwitchRequest(null, null, false, ["data"], house.Root), new WorkProgress(), TestContext.Current.CancellationToken));
        Assert.Equal(["data/a"], FolderPicture.Of(house.Root).Select(static line => line.Split(' ')[0]));
        Assert.True((await house.StatusAsync()).IsClean);
        house.Write("data/a", "22");
        var outcome = await house.CommitAsync("changed");
        Assert.Equal((0, 1, 0), (outcome.Added, outcome.Modified, outcome.Deleted));
        WorkspaceHouse.Ok(await house.Workspace.SwitchAsync(
            new SwitchRequest(null, null, false, [], house.Root), new WorkProgress(), TestContext.Current.CancellationToken));
        Assert.Equal(["data/a", "data2/b", "models/c"], FolderPicture.Of(house.Root).Select(static line => line.Split(' ')[0]));
    }

    [Theory]
    [InlineData("Readme", "README", true)]
    [InlineData("a/x", "A/y", true)]
    [InlineData("CAF\u00c9", "caf\u00e9", true)]
    [InlineData("a/x", "a/y", false)]
    public void Names_that_some_file_systems_take_for_one_are_found(string one, string other, bool clash)
    {
        var refusal = NameClash.FindSame([one, other]);
        Assert.Equal(clash, refusal is not null);
        if (!clash) return;
        Assert.Contains($"'{one.Split('/')[0]}' and '{other.Split('/')[0]}' are one name", refusal!.Message);
        Assert.EndsWith("weigh switch --only", refusal.Message);
    }

    [Theory]
    [InlineData("caf\u00e9", "cafe\u0301", false, true)]
    [InlineData("caf\u00e9/x", "cafe\u0301/y", false, true)]
    [InlineData("caf\u00e9/x", "caf\u00e9/y", false, false)]
    [InlineData("CAF\u00c9", "cafe\u0301", false, false)]
    [InlineData("CAF\u00c9", "cafe\u0301", true, true)]
    [InlineData("\ud55c", "\u1112\u1161\u11ab", false, true)]
    public void Names_that_are_one_text_are_found(string one, string other, bool ignoresCase, bool clash) =>
        Assert.Equal(clash, NameClash.FindTwins(["a", one, other, "z"], ignoresCase) is not null);

    [Fact]
    public async Task A_commit_refuses_twins_and_says_how_they_are_spelled()
    {
        using var house = new WorkspaceHouse();
        house.Write("caf\u00e9", "1");
        await house.CommitAsync("one");
        house.Write("cafe\u0301", "2");

        var refused = await house.Workspace.CommitAsync(
            new CommitRequest("both", All: true), house.Root, new WorkProgress(), TestContext.Current.CancellationToken);

        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        Assert.Contains("(U+00E9)", refused.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("(U+0301)", refused.Error.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(house.Root, "caf\u00e9"));
        await house.CommitAsync("renamed");
    }

    [Theory]
    [InlineData("CON", true)]
    [InlineData("d/aux.txt", true)]
    [InlineData("a:b", true)]
    [InlineData("ends.", true)]
    [InlineData("ends ", true)]
    [InlineData("nul.tar.gz", true)]
    [InlineData("COM\u00b9", true)]
    [InlineData("what?", true)]
    [InlineData("d/tab\there", true)]
    [InlineData("console", false)]
    public void Names_that_Windows_cannot_store_are_known(string path, bool refused) =>
        Assert.Equal(refused, NameClash.WindowsRefuses(path) is not null);

    [Fact]
    public async Task A_lost_index_is_made_again_and_hides_no_change()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "1");
        house.Write("b", "1");
        await house.CommitAsync("one");
        house.Write("b", "2");
        File.WriteAllBytes(Path.Combine(house.Workspace.Records, "index"), [1, 2, 3]);
        Assert.Equal(["b"], (await house.StatusAsync()).Changed.Select(static change => change.Path));
    }
}
