using System.Security.Cryptography;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Versioning.Workspace;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Server.Versioning.Remotes;

/// <summary>What working folders do with a remote, in few words.</summary>
internal static class RemoteHouse
{
    public const string Name = "digits";

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string AddressOf(Uri server, string name = Name) => $"{server.GetLeftPart(UriPartial.Authority)}/repos/{name}";

    public static async Task FollowAsync(this WorkspaceHouse house, Uri server, string remote = "origin") =>
        WorkspaceHouse.Ok(await house.Workspace.ChangeRemoteAsync(remote, AddressOf(server), Cancellation));

    public static ValueTask<Result<RemoteOutcome>> TryPushAsync(this WorkspaceHouse house, PushRequest? request = null) =>
        house.Workspace.PushAsync(request ?? new PushRequest(null, [], false, false), new WorkProgress(), Cancellation);

    public static async Task<RemoteOutcome> PushAsync(this WorkspaceHouse house, PushRequest? request = null) =>
        WorkspaceHouse.Ok(await house.TryPushAsync(request));

    public static async Task<RemoteOutcome> FetchAsync(this WorkspaceHouse house) =>
        WorkspaceHouse.Ok(await house.Workspace.FetchAsync(null, new WorkProgress(), Cancellation));

    public static ValueTask<Result<WorkspaceMerged>> TryPullAsync(this WorkspaceHouse house) =>
        house.Workspace.PullAsync(null, MergeStrategy.Fail, new WorkProgress(), Cancellation);

    public static ValueTask<Result<CheckoutOutcome>> TryCloneAsync(this WorkspaceHouse house, Uri server) =>
        house.Workspace.CloneAsync(AddressOf(server), null, [], new WorkProgress(), Cancellation);

    public static async Task CloneAsync(this WorkspaceHouse house, Uri server) => WorkspaceHouse.Ok(await house.TryCloneAsync(server));

    public static async Task TagAsync(this WorkspaceHouse house, string name) =>
        WorkspaceHouse.Ok(await house.Workspace.SetRefAsync(Ref.Tags + name, "HEAD", false, Cancellation));

    /// <summary>A file of noise, which nothing makes smaller.</summary>
    public static void Fill(this WorkspaceHouse house, string path, int bytes) =>
        File.WriteAllBytes(house[path], RandomNumberGenerator.GetBytes(bytes));

    public static async Task<string[]> RefsAsync(this WorkspaceHouse house, string prefix) =>
        [.. WorkspaceHouse.Ok(await house.Workspace.RefsAsync(prefix, Cancellation)).Select(reference => reference.Name)];

    /// <summary>A fresh clone, to see what the server really has; every byte of it is read.</summary>
    public static async Task<WorkspaceHouse> SeenFromElsewhereAsync(Uri server)
    {
        var elsewhere = new WorkspaceHouse();
        await elsewhere.CloneAsync(server);
        var check = WorkspaceHouse.Ok(await elsewhere.Workspace.CheckAsync(Weighhouse.Blobs.CheckDepth.Data, Cancellation));
        Assert.True(check.IsSound);
        return elsewhere;
    }

    public static Task<WeighProcess> ServeAsync(TemporaryFolder folder) => WeighProcess.StartAsync(folder["data"]);
}
