using System.Security.Cryptography;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Versioning.Workspace;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Versioning.Remotes.RemoteHouse;

namespace Weighhouse.Tests.Server.Versioning.Remotes;

/// <summary>Working folders and the real server.</summary>
public sealed class ServerRemoteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_random_folder_is_pushed_and_cloned_byte_by_byte()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var one = new WorkspaceHouse();
        var random = new RandomFolder(new Random(seed), one.Root);
        random.Fill(300, 3_000_000);
        await one.CommitAsync("one");
        await one.TagAsync("v1");
        await one.FollowAsync(server.Url);

        var first = await one.PushAsync(new PushRequest(null, ["main"], Tags: true, Force: false));

        Assert.Equal((true, 2, 1), (first.IsNew, first.Rounds, first.Commits));
        Assert.Equal(["heads/main", "tags/v1"], first.Moved);
        Assert.Empty((await one.PushAsync()).Moved);
        using var two = await SeenFromElsewhereAsync(server.Url);
        Assert.Equal(FolderPicture.Of(one.Root), FolderPicture.Of(two.Root));
        Assert.Equal(["tags/v1"], await two.RefsAsync(Ref.Tags));
    }

    [Fact]
    public async Task Only_what_the_other_side_lacks_travels_both_ways()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var one = new WorkspaceHouse();
        one.Fill("large", 8_000_000);
        await one.CommitAsync("one");
        await one.FollowAsync(server.Url);
        await one.PushAsync();
        using var two = new WorkspaceHouse();
        await two.CloneAsync(server.Url);
        using (var file = new FileStream(two["large"], FileMode.Open))
        {
            file.Position = 4_000_000;
            file.WriteByte(1);
        }

        two.Write("d/new", "new");
        var committed = await two.CommitAsync("two");

        var pushed = await two.PushAsync();

        Assert.Equal((false, 1, 2), (pushed.IsNew, pushed.Commits, pushed.Rounds));
        Assert.InRange(pushed.WireBytes, 1, 700_000);
        var fetched = await one.FetchAsync();
        Assert.Equal((1, 1), (fetched.Commits, fetched.Rounds));
        Assert.InRange(fetched.WireBytes, 1, 700_000);
        Assert.Equal(MergeResultKind.FastForward, WorkspaceHouse.Ok(await one.TryPullAsync()).Kind);
        Assert.Equal(committed.Commit, (await one.StatusAsync()).Commit);
        Assert.Equal(FolderPicture.Of(two.Root), FolderPicture.Of(one.Root));
    }

    [Fact]
    public async Task A_checkpoint_of_which_ten_tensors_changed_sends_those_ten()
    {
        const int Tensors = 191, TensorBytes = 280_000, Changed = 10;
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var one = new WorkspaceHouse();
        var header = "{" + string.Join(',', Enumerable.Range(0, Tensors).Select(i =>
            $$"""
            "t{{i}}":{"dtype":"F32","shape":[{{TensorBytes / 4}}],"data_offsets":[{{(long)i * TensorBytes}},{{(i + 1L) * TensorBytes}}]}
            """)) + "}";
        byte[] checkpoint =
        [
            .. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.ASCII.GetBytes(header),
            .. RandomNumberGenerator.GetBytes(Tensors * TensorBytes),
        ];
        await File.WriteAllBytesAsync(one["model.safetensors"], checkpoint, Cancellation);
        await one.CommitAsync("base");
        await one.FollowAsync(server.Url);
        await one.PushAsync();
        for (var i = 0; i < Changed; i++)
            RandomNumberGenerator.Fill(checkpoint.AsSpan(8 + header.Length + (i * 19 * TensorBytes), TensorBytes));
        await File.WriteAllBytesAsync(one["model.safetensors"], checkpoint, Cancellation);
        await one.CommitAsync("tuned");

        var pushed = await one.PushAsync();

        output.WriteLine($"{pushed.WireBytes:N0} bytes for {Changed * TensorBytes:N0} that changed");
        Assert.Equal(2, pushed.Rounds);
        // Beside the tensors only the list of chunks, the folder and the commit.
        Assert.InRange(pushed.WireBytes - (Changed * TensorBytes), 0, 40_000);
    }

    [Fact]
    public async Task Histories_that_went_apart_are_refused_before_anything_is_sent_and_come_together_by_a_pull()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        await using var proxy = new CuttingProxy(server.Url);
        using var one = new WorkspaceHouse();
        one.Write("base", "base");
        await one.CommitAsync("base");
        await one.FollowAsync(server.Url);
        await one.PushAsync();
        using var two = new WorkspaceHouse();
        await two.CloneAsync(proxy.Url);
        one.Write("mine", "mine");
        await one.CommitAsync("mine");
        await one.PushAsync();
        two.Fill("theirs", 2_000_000);
        await two.CommitAsync("theirs");
        var before = proxy.UpBytes;

        var refused = await two.TryPushAsync();

        Assert.Equal(
            (ErrorCode.FailedPrecondition,
                "origin/main has commits that are not here. Bring them first: weigh pull; or overwrite them: weigh push --force"),
            (refused.Error?.Code, refused.Error?.Message));
        Assert.InRange(proxy.UpBytes - before, 1, 10_000);
        Assert.Equal(MergeResultKind.Committed, WorkspaceHouse.Ok(await two.TryPullAsync()).Kind);
        await two.PushAsync();
        using var seen = await SeenFromElsewhereAsync(server.Url);
        Assert.Equal(FolderPicture.Of(two.Root), FolderPicture.Of(seen.Root));
    }

    [Fact]
    public async Task Branches_and_tags_are_pushed_forced_and_deleted()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var one = new WorkspaceHouse();
        one.Write("f", "1");
        await one.CommitAsync("one");
        await one.FollowAsync(server.Url);
        await one.CreateBranchAsync("exp");
        one.Write("f", "2");
        await one.CommitAsync("two");
        await one.TagAsync("v2");

        var all = await one.PushAsync(new PushRequest(null, [], Tags: true, Force: false, All: true));

        Assert.Equal(["heads/exp", "heads/main", "tags/v2"], all.Moved.Order());
        using var two = new WorkspaceHouse();
        await two.CloneAsync(server.Url);
        await two.SwitchAsync("exp");
        two.Write("f", "other");
        await two.CommitAsync("other");
        await two.PushAsync();
        one.Write("f", "3");
        var third = await one.CommitAsync("three");
        Assert.Equal(ErrorCode.FailedPrecondition, (await one.TryPushAsync()).Error?.Code);
        Assert.Equal(["heads/exp"], (await one.PushAsync(new PushRequest(null, [], false, Force: true))).Moved);
        await two.FetchAsync();
        Assert.Contains(
            WorkspaceHouse.Ok(await two.Workspace.RefsAsync("remotes/", Cancellation)),
            reference => reference.Name == "remotes/origin/exp" && reference.Commit == third.Commit);

        await one.PushAsync(new PushRequest(null, ["exp", "v2"], false, false, Delete: true));

        using var seen = await SeenFromElsewhereAsync(server.Url);
        Assert.Equal(["remotes/origin/main"], await seen.RefsAsync("remotes/"));
        Assert.Empty(await seen.RefsAsync(Ref.Tags));
        Assert.Equal(["remotes/origin/main"], await one.RefsAsync("remotes/"));
        var absent = await one.TryPushAsync(new PushRequest(null, ["exp"], false, false, Delete: true));
        Assert.Equal((ErrorCode.NotFound, "origin has no branch or tag 'exp'."), (absent.Error?.Code, absent.Error?.Message));
        var standard = await one.TryPushAsync(new PushRequest(null, ["main"], false, false, Delete: true));
        Assert.Contains("default branch", standard.Error?.Message);
    }

    [Fact]
    public async Task A_tag_that_is_elsewhere_there_is_not_moved()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var one = new WorkspaceHouse();
        one.Write("f", "1");
        await one.CommitAsync("one");
        await one.TagAsync("v1");
        await one.FollowAsync(server.Url);
        await one.PushAsync(new PushRequest(null, ["main", "v1"], false, false));
        one.Write("f", "2");
        await one.CommitAsync("two");
        WorkspaceHouse.Ok(await one.Workspace.SetRefAsync("tags/v1", "HEAD", true, Cancellation));

        var refused = await one.TryPushAsync(new PushRequest(null, ["v1"], false, true));

        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.EndsWith("or delete that one: weigh push --delete origin v1", refused.Error!.Message);
    }

    [Fact]
    public async Task Addresses_that_lead_nowhere_are_told_with_their_cure()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var one = new WorkspaceHouse();
        one.Write("f", "1");
        await one.CommitAsync("one");
        var host = server.Url.Authority;
        foreach (var (address, code, words) in new[]
                 {
                     ("ftp://host/repos/x", ErrorCode.InvalidArgument, "looks like http://HOST:5000/repos/NAME"),
                     ($"http://{host}", ErrorCode.InvalidArgument, "names no repository"),
                     ($"http://{host}/repos/a/b", ErrorCode.InvalidArgument, "names no repository"),
                     ($"http://ann:secret@{host}/repos/x", ErrorCode.InvalidArgument, $"weigh login --url http://{host};"),
                 })
        {
            var refused = await one.Workspace.ChangeRemoteAsync("r", address, Cancellation);
            Assert.Equal(code, refused.Error?.Code);
            Assert.Contains(words, refused.Error!.Message);
            Assert.DoesNotContain("secret@", refused.Error.Message);
        }

        using var two = new WorkspaceHouse();
        var absent = await two.TryCloneAsync(server.Url);
        Assert.Equal(ErrorCode.NotFound, absent.Error?.Code);
        Assert.Contains($"There is no repository '{Name}'", absent.Error!.Message);
        using var three = new WorkspaceHouse();
        var silent = await three.TryCloneAsync(new Uri("http://127.0.0.1:1"));
        Assert.Equal(ErrorCode.Unavailable, silent.Error?.Code);
        Assert.Contains("cannot be reached", silent.Error!.Message);
    }

    /// <summary>A token must not be handed to a server it was not meant for.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData("same", true)]
    [InlineData("http://weigh.example.org", false)]
    public async Task The_token_of_the_environment_goes_to_the_server_of_the_environment(string? url, bool isSent)
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        await using var proxy = new CuttingProxy(server.Url);
        var named = url == "same" ? proxy.Url.ToString() : url;
        var workspace = VersioningModule.CreateWorkspace(
            folder["work"], null, "main", TimeProvider.System, IdGenerator.Secure,
            name => name switch { "WEIGH_TOKEN" => "wh_environment", "WEIGH_URL" => named, _ => null }, _ => "wh_kept").Value;

        await workspace.CloneAsync(AddressOf(proxy.Url), null, [], new WorkProgress(), Cancellation);

        Assert.Contains(isSent ? "Bearer wh_environment" : "Bearer wh_kept", proxy.Heads);
        Assert.DoesNotContain(isSent ? "wh_kept" : "wh_environment", proxy.Heads);
    }
}
