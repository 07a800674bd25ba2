using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class RoundTripTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_was_committed_comes_back_byte_for_byte()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        using var house = new WorkspaceHouse();
        var folder = new RandomFolder(random, house.Root);
        var pictures = new Dictionary<string, string[]>();
        folder.Fill(120, 3 << 20);
        for (var version = 0; version < 4; version++)
        {
            var committed = await house.CommitAsync($"version {version}");
            pictures[committed.Commit.ToString()!] = FolderPicture.Of(house.Root);
            Assert.True((await house.StatusAsync()).IsClean);
            folder.Change(30, 1 << 20);
        }

        await house.CommitAsync("the last");
        foreach (var (commit, picture) in pictures.OrderBy(_ => random.Next()))
        {
            await house.SwitchAsync(commit);
            Assert.Equal(picture, FolderPicture.Of(house.Root));
            Assert.True((await house.StatusAsync()).IsClean);
            var elsewhere = house.Beside("out-" + commit);
            await house.ExportAsync(commit, elsewhere);
            Assert.Equal(picture, FolderPicture.Of(elsewhere));
        }
    }

    [Fact]
    public async Task A_file_of_64_MiB_and_paths_as_long_as_the_system_allows_come_back()
    {
        var random = new Random(TestSeed.Next());
        using var house = new WorkspaceHouse();
        var deep = string.Join('/', Enumerable.Repeat(new string('d', 250), 12));
        house.Write(deep + "/" + new string('文', 85), "deep");
        var bytes = new byte[64 << 20];
        random.NextBytes(bytes);
        File.WriteAllBytes(house["large"], bytes);
        await house.CommitAsync("large and deep");
        var picture = FolderPicture.Of(house.Root);
        await house.ExportAsync("HEAD", house.Beside("out"));
        Assert.Equal(picture, FolderPicture.Of(house.Beside("out")));
    }

    [Fact]
    public async Task A_commit_of_an_unchanged_folder_makes_no_commit()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "one");
        var first = await house.CommitAsync("one");
        Assert.True(first.IsNew);
        File.SetLastWriteTimeUtc(house["a"], DateTime.UnixEpoch);
        var second = await house.CommitAsync("again");
        Assert.False(second.IsNew);
        Assert.Equal(first.Commit, second.Commit);
    }

    [Fact]
    public async Task A_tag_that_exists_is_not_taken_and_nothing_is_committed()
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "one");
        var first = await house.CommitAsync("one");
        WorkspaceHouse.Ok(await house.Workspace.SetRefAsync("tags/v1", "HEAD", false, TestContext.Current.CancellationToken));
        house.Write("a", "two!");
        var refused = await house.Workspace.CommitAsync(
            new CommitRequest("two", Tag: "v1"), house.Root, new WorkProgress(), TestContext.Current.CancellationToken);
        Assert.Equal(Weighhouse.Kernel.ErrorCode.AlreadyExists, refused.Error?.Code);
        Assert.Equal(first.Commit, (await house.StatusAsync()).Commit);
        Assert.Equal(["a"], (await house.StatusAsync()).Changed.Select(static change => change.Path));
    }

    [Fact]
    public async Task History_outside_the_folder_serves_it_as_well()
    {
        using var house = new WorkspaceHouse(records: "history");
        house.Write("a/b", "one");
        var first = await house.CommitAsync("one");
        Assert.Equal(["a"], Directory.EnumerateDirectories(house.Root).Select(Path.GetFileName));
        house.Write("a/b", "two");
        await house.CommitAsync("two");
        await house.SwitchAsync(first.Commit.ToString()!);
        Assert.Equal("one", File.ReadAllText(house["a/b"]));
        var found = VersioningModule.FindWorkspace(house["a"], TimeProvider.System, Weighhouse.Kernel.IdGenerator.Secure, static _ => null);
        Assert.Equal(house.Beside("history"), found.Value.Records);
    }

    [Fact]
    public async Task A_change_in_the_same_tick_and_of_the_same_size_is_seen()
    {
        using var house = new WorkspaceHouse();
        for (var round = 0; round < 20; round++)
        {
            house.Write("racy", $"before {round:000}");
            await house.CommitAsync($"round {round}");
            house.Write("racy", $"after! {round:000}");
            Assert.Equal(["racy"], (await house.StatusAsync()).Changed.Select(static change => change.Path));
        }
    }
}
