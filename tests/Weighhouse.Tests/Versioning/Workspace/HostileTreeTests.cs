using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace;
using Weighhouse.Versioning.Workspace.Commits;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Tests.Versioning.Workspace;

/// <summary>Trees that no commit of ours makes, as a stranger's history may hold them.</summary>
public sealed class HostileTreeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("link", "/tmp")]
    [InlineData("link", "../beside")]
    [InlineData("link", "a/../../beside")]
    [InlineData("link", "C:\\Windows")]
    public async Task A_link_out_of_the_folder_is_refused_before_anything_is_touched(string name, string target)
    {
        using var house = new WorkspaceHouse();
        house.Write("kept", "kept");
        await house.CommitAsync("one");
        var before = FolderPicture.Of(house.Root);
        await PlantAsync(house, name, target);
        var switched = await house.TrySwitchAsync("evil");
        Assert.Equal(ErrorCode.InvalidArgument, switched.Error?.Code);
        Assert.Contains("out of the folder", switched.Error!.Message);
        Assert.Equal(before, FolderPicture.Of(house.Root));
        Assert.Null((await house.StatusAsync()).Unfinished);
        var exported = await house.Workspace.RestoreAsync(
            new RestoreRequest([], house.Root, "evil", To: house.Beside("out")), new WorkProgress(), Cancellation);
        Assert.Equal(ErrorCode.InvalidArgument, exported.Error?.Code);
        Assert.False(Directory.Exists(house.Beside("out")));
    }

    [Fact]
    public async Task A_link_that_stays_inside_is_made()
    {
        using var house = new WorkspaceHouse();
        house.Write("kept", "kept");
        await house.CommitAsync("one");
        await PlantAsync(house, "link", "a/../inside");
        await house.SwitchAsync("evil");
        Assert.Equal("a/../inside", new FileInfo(house["link"]).LinkTarget);
    }

    /// <summary>Commits a tree with one link to the branch "evil", past all that the workspace checks when it commits.</summary>
    private static async Task PlantAsync(WorkspaceHouse house, string name, string target)
    {
        var folder = WorkspaceFolder.Find(house.Root, static _ => null).Value;
        var environment = new WorkspaceEnvironment(TimeProvider.System, IdGenerator.Secure, WorkspaceHouse.Variables);
        using var session = WorkspaceHouse.Ok(await WorkspaceSession.OpenAsync(folder, environment, write: false, Cancellation));
        using var writer = session.Store.BeginWrite();
        var bytes = Encoding.UTF8.GetBytes(target);
        var content = WorkspaceHouse.Ok(LinkContent.Store(writer, bytes));
        var tree = WorkspaceHouse.Ok(
            new TreeWriter(writer).Write([new TreeEntry(name, EntryKind.Symlink, false, content.Id, bytes.Length)]));
        var commit = new Commit(tree.Id, [], new CommitAuthor("Mallory"), 1, "evil", Commit.NoFacts, []);
        var id = WorkspaceHouse.Ok(CommitCodec.Store(writer, commit));
        WorkspaceHouse.Ok(await writer.CommitAsync(Cancellation));
        await using var graph = WorkspaceHouse.Ok(await session.OpenGraphAsync(Cancellation));
        WorkspaceHouse.Ok(await graph.Refs.UpdateAsync(
            WorkspaceGraph.Caller, WorkspaceGraph.Repository, new RefUpdate([new RefChange("heads/evil", null, id)], "plant", [id]),
            Cancellation));
    }
}
