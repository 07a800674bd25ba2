using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class DiskFullTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_commit_that_finds_no_room_says_so_damages_nothing_and_succeeds_when_there_is()
    {
        using var disk = new SmallDisk(24);
        Assert.SkipUnless(disk.IsMounted, SmallDisk.WhyAbsent);
        using var folder = new TemporaryFolder();
        var workspace = Create(folder["work"], disk["history"]);
        File.WriteAllText(Path.Combine(workspace.Root, "small"), "one");
        var first = WorkspaceHouse.Ok(await CommitAsync(workspace, "one"));
        disk.Fill("ballast");
        File.WriteAllBytes(Path.Combine(workspace.Root, "large"), Noise(6 << 20));
        var refused = await CommitAsync(workspace, "large");
        Assert.Equal(ErrorCode.StorageFull, refused.Error?.Code);
        File.Delete(disk["ballast"]);
        Assert.Equal(["large"], WorkspaceHouse.Ok(await workspace.StatusAsync(Cancellation)).Untracked.Select(
            static change => change.Path));
        var second = WorkspaceHouse.Ok(await CommitAsync(workspace, "large"));
        Assert.NotEqual(first.Commit, second.Commit);
        foreach (var (commit, name) in new[] { (first.Commit, "one"), (second.Commit, "two") })
            WorkspaceHouse.Ok(await workspace.RestoreAsync(
                new RestoreRequest([], workspace.Root, commit.ToString(), To: folder[name]), new WorkProgress(), Cancellation));
        Assert.Equal(FolderPicture.Of(workspace.Root), FolderPicture.Of(folder["two"]));
    }

    [Fact]
    public async Task A_checkout_that_finds_no_room_says_so_and_is_ended_when_there_is()
    {
        using var disk = new SmallDisk(24);
        Assert.SkipUnless(disk.IsMounted, SmallDisk.WhyAbsent);
        using var folder = new TemporaryFolder();
        var workspace = Create(disk["work"], folder["history"]);
        for (var i = 0; i < 8; i++) File.WriteAllBytes(Path.Combine(workspace.Root, $"f{i}"), Noise(1 << 20));
        var full = WorkspaceHouse.Ok(await CommitAsync(workspace, "full"));
        var picture = FolderPicture.Of(workspace.Root);
        for (var i = 0; i < 8; i++) File.Delete(Path.Combine(workspace.Root, $"f{i}"));
        File.WriteAllText(Path.Combine(workspace.Root, "other"), "other");
        WorkspaceHouse.Ok(await CommitAsync(workspace, "empty"));
        disk.Fill("ballast", 19 << 20);
        var refused = await SwitchAsync(workspace, full.Commit.ToString()!);
        Assert.Equal(ErrorCode.StorageFull, refused.Error?.Code);
        Assert.NotNull(WorkspaceHouse.Ok(await workspace.StatusAsync(Cancellation)).Unfinished);
        Assert.Equal(ErrorCode.FailedPrecondition, (await CommitAsync(workspace, "half")).Error?.Code);
        File.Delete(disk["ballast"]);
        WorkspaceHouse.Ok(await SwitchAsync(workspace, full.Commit.ToString()!));
        Assert.Equal(picture, FolderPicture.Of(workspace.Root));
        Assert.True(WorkspaceHouse.Ok(await workspace.StatusAsync(Cancellation)).IsClean);
    }

    private static IWorkspace Create(string root, string records) =>
        VersioningModule.CreateWorkspace(root, records, "main", TimeProvider.System, IdGenerator.Secure, WorkspaceHouse.Variables).Value;

    private static ValueTask<Result<CommitOutcome>> CommitAsync(IWorkspace workspace, string message) =>
        workspace.CommitAsync(new CommitRequest(message), workspace.Root, new WorkProgress(), Cancellation);

    private static ValueTask<Result<CheckoutOutcome>> SwitchAsync(IWorkspace workspace, string target) =>
        workspace.SwitchAsync(new SwitchRequest(target, null, false, null, workspace.Root), new WorkProgress(), Cancellation);

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
